import { useCallback, useState } from 'react';
import { useClient } from '../../hooks/useClient';
import { useLoad } from '../../hooks/useLoad';
import { t } from '../../i18n';
import { formatMoment, formatWhole } from '../../i18n/format';
import { capabilityName, detailsText, ownKindText } from '../../i18n/names';
import type { AppName, Grant, Use } from '../../model';
import { Verified } from '../common/Verified';
import { Waiting } from '../common/Waiting';
import { ConfirmDialog } from './ConfirmDialog';
import { Dialog } from './Dialog';

interface Props {
  /** Shows what has to do with this app at first. */
  readonly app?: { readonly id: number; readonly title: string } | null;
  readonly onClose: () => void;
}

/** What the person has granted, with a way to take it back, and everything that was done with it. */
export function PrivacyDialog({ app, onClose }: Props): JSX.Element {
  const client = useClient();
  const load = useCallback(() => Promise.all([client.permission.grants(), client.permission.uses()]), [client]);
  const { value, error, reload } = useLoad(load);
  const [leaving, setLeaving] = useState<AppName | null>(null);
  const [only, setOnly] = useState<number | null>(app?.id ?? null);
  const andLoad = async (what: Promise<void>): Promise<void> => {
    await what.catch((reason: unknown) => client.toastError(reason));
    await reload();
  };
  const now = Date.now();
  const [grants, uses] = value ?? [[], []];
  const standing = grants.filter((grant) => grant.end === null && (grant.until === null || grant.until > now));
  const apps = appsOf([...standing, ...uses]);
  const wanted = (entry: { readonly app: AppName | null }): boolean => only === null || entry.app?.id === only;
  const shownUses = uses.filter(wanted);
  return (
    <Dialog label={t('privacy.title')} onClose={onClose} className="wide privacy">
      <header className="privacy-head">
        <h2 tabIndex={-1} data-autofocus>
          {t('privacy.title')}
        </h2>
        {(apps.length > 1 || only !== null) && (
          <label>
            <span className="sr-only">{t('privacy.filter')}</span>
            <select
              data-testid="privacy-filter"
              value={only ?? ''}
              onChange={(event) => setOnly(event.target.value === '' ? null : Number(event.target.value))}
            >
              <option value="">{t('privacy.filter.all')}</option>
              {apps.map(({ id, title }) => (
                <option key={id} value={id}>
                  {title}
                </option>
              ))}
              {app && !apps.some(({ id }) => id === app.id) && <option value={app.id}>{app.title}</option>}
            </select>
          </label>
        )}
      </header>
      {!value && <Waiting error={error} onRetry={() => void reload()} />}
      {value && (
        <>
          <section>
            <h3>{t('privacy.grants')}</h3>
            {!standing.some(wanted) && <p className="quiet">{t('privacy.noGrants')}</p>}
            <ul className="privacy-list" data-testid="privacy-grants">
              {standing.filter(wanted).map((grant) => (
                <li key={grant.id}>
                  <div>
                    <strong>{grant.app?.title ?? t('consent.unknownApp')}</strong>
                    <span title={`${grant.capability} ${grant.detail}`.trim()}>
                      {capabilityName(grant.capability, grant.detail)}
                    </span>
                    <span className="quiet">{howLong(grant)}</span>
                  </div>
                  <button
                    type="button"
                    className="soft small-button danger-text"
                    onClick={() => void andLoad(client.permission.takeBack(grant))}
                  >
                    {t('privacy.takeBack')}
                  </button>
                </li>
              ))}
            </ul>
            {only === null && standing.length > 1 && (
              <button
                type="button"
                className="plain danger-text"
                data-testid="privacy-take-all"
                onClick={() => void andLoad(client.permission.takeAllBack())}
              >
                {t('privacy.takeAllBack')}
              </button>
            )}
          </section>
          <section>
            <h3>{t('privacy.apps')}</h3>
            <ul className="privacy-list" data-testid="privacy-apps">
              {apps
                .filter((app) => wanted({ app }))
                .map((app) => (
                  <li key={app.id}>
                    <div>
                      <strong>{app.title}</strong>
                      <span className="quiet with-badge">
                        {t('consent.by', { app: app.name, publisher: app.publisher })}
                        {app.verified === true && <Verified />}
                      </span>
                    </div>
                    <button type="button" className="soft small-button" onClick={() => setLeaving(app)}>
                      {t('privacy.forget')}
                    </button>
                  </li>
                ))}
            </ul>
          </section>
          <section>
            <h3>{t('privacy.uses')}</h3>
            {shownUses.length === 0 && <p className="quiet">{t('privacy.noUses')}</p>}
            <ul className="privacy-list" data-testid="privacy-uses">
              {shownUses.map((use) => (
                <li key={use.entry}>
                  <div>
                    <strong>{use.app?.title ?? use.by}</strong>
                    <span>{whatHappened(use)}</span>
                    <time className="quiet" dateTime={new Date(use.date).toISOString()} title={formatWhole(use.date)}>
                      {formatMoment(use.date)}
                    </time>
                  </div>
                </li>
              ))}
            </ul>
          </section>
        </>
      )}
      <div className="dialog-buttons">
        <button
          type="button"
          className="plain"
          data-testid="privacy-export"
          onClick={() => void client.rest.exportMe().then(save, (reason: unknown) => client.toastError(reason))}
        >
          {t('privacy.export')}
        </button>
        <button type="button" className="primary" onClick={onClose}>
          {t('common.close')}
        </button>
      </div>
      {leaving && (
        <ConfirmDialog
          title={t('privacy.forget.title', { app: leaving.title })}
          text={t('privacy.forget.text', { app: leaving.title })}
          confirm={t('privacy.forget')}
          testId="forget-confirm"
          onConfirm={() => void andLoad(client.permission.forgetMe(leaving.id))}
          onClose={() => setLeaving(null)}
        />
      )}
    </Dialog>
  );
}

/** Those that had to do with the person, each once, the last one first. */
function appsOf(entries: readonly { readonly app: AppName | null }[]): AppName[] {
  const apps = new Map<number, AppName>();
  for (const { app } of entries) if (app && !apps.has(app.id)) apps.set(app.id, app);
  return [...apps.values()];
}

function howLong(grant: Grant): string {
  const { limit = null, uses = 0 } = grant;
  return [
    t(`consent.for.${grant.for}`),
    grant.until === null ? null : t('privacy.until', { time: formatMoment(grant.until) }),
    uses > 0 ? t('privacy.uses.count', { count: uses }) : null,
    limit !== null ? t('privacy.limit', { count: limit }) : null,
  ]
    .filter((part) => part !== null)
    .join(', ');
}

function whatHappened({ kind, details }: Use): string {
  // What an app got is told as it got it; of the rest the capability is told in words.
  const about = kind === 'used' ? details : detailsText(details);
  return about === '' ? ownKindText(kind) : `${ownKindText(kind)}: ${about}`;
}

/** A file of JSON for the person. */
function save(all: unknown): void {
  const url = URL.createObjectURL(new Blob([JSON.stringify(all, null, 2)], { type: 'application/json' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = 'stoa-privacy.json';
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
