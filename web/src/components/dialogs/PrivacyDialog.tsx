import { useCallback, useEffect, useState } from 'react';
import { useClient } from '../../hooks/useClient';
import { t } from '../../i18n';
import { formatWhole } from '../../i18n/format';
import type { AppName, Grant, Use } from '../../model';
import { Spinner } from '../common/Spinner';
import { ConfirmDialog } from './ConfirmDialog';
import { Dialog } from './Dialog';

/** What the person has granted, with a way to take it back, and everything that was done with it. */
export function PrivacyDialog({ onClose }: { readonly onClose: () => void }): JSX.Element {
  const client = useClient();
  const [grants, setGrants] = useState<readonly Grant[] | null>(null);
  const [uses, setUses] = useState<readonly Use[]>([]);
  const [leaving, setLeaving] = useState<AppName | null>(null);
  const load = useCallback(async (): Promise<void> => {
    try {
      const [given, used] = await Promise.all([client.permission.grants(), client.permission.uses()]);
      setGrants(given);
      setUses(used);
    } catch (error) {
      client.toastError(error);
    }
  }, [client]);
  useEffect(() => void load(), [load]);
  const andLoad = async (what: Promise<void>): Promise<void> => {
    try {
      await what;
    } catch (error) {
      client.toastError(error);
    }
    await load();
  };
  const takeBack = (grant: Grant): Promise<void> => andLoad(client.permission.takeBack(grant));
  const now = Date.now();
  const standing = (grants ?? []).filter((grant) => grant.end === null && (grant.until === null || grant.until > now));
  return (
    <Dialog label={t('privacy.title')} onClose={onClose} className="wide">
      <h2>{t('privacy.title')}</h2>
      {grants === null && <Spinner />}
      <section>
        <h3>{t('privacy.grants')}</h3>
        {grants !== null && standing.length === 0 && <p className="quiet">{t('privacy.noGrants')}</p>}
        <ul className="privacy-list" data-testid="privacy-grants">
          {standing.map((grant) => (
            <li key={grant.id}>
              <div>
                <strong>{grant.app?.title ?? t('consent.unknownApp')}</strong>
                <span>{`${grant.capability} ${grant.detail}`}</span>
                <span className="quiet">
                  {t(`consent.for.${grant.for}`)}
                  {grant.until !== null && `, ${t('privacy.until', { time: formatWhole(grant.until) })}`}
                </span>
              </div>
              <button type="button" className="danger" onClick={() => void takeBack(grant)}>
                {t('privacy.takeBack')}
              </button>
            </li>
          ))}
        </ul>
        {standing.length > 1 && (
          <button type="button" className="plain" onClick={() => void Promise.all(standing.map(takeBack))}>
            {t('privacy.takeAllBack')}
          </button>
        )}
      </section>
      <section>
        <h3>{t('privacy.apps')}</h3>
        <ul className="privacy-list" data-testid="privacy-apps">
          {appsOf(uses).map((app) => (
            <li key={app.id}>
              <div>
                <strong>{app.title}</strong>
                <span className="quiet">{t('consent.by', { app: app.name, publisher: app.publisher })}</span>
              </div>
              <button type="button" className="plain" onClick={() => setLeaving(app)}>
                {t('privacy.forget')}
              </button>
            </li>
          ))}
        </ul>
      </section>
      <section>
        <h3>{t('privacy.uses')}</h3>
        <ul className="privacy-list" data-testid="privacy-uses">
          {uses.map((use) => (
            <li key={use.entry}>
              <div>
                <strong>{use.app?.title ?? use.by}</strong>
                <span>{`${t(`privacy.kind.${kindOf(use)}`)}: ${use.details}`}</span>
                <time className="quiet" dateTime={new Date(use.date).toISOString()}>
                  {formatWhole(use.date)}
                </time>
              </div>
            </li>
          ))}
        </ul>
      </section>
      <div className="dialog-buttons">
        <button type="button" className="plain" disabled={grants === null} onClick={() => exportAll(grants ?? [], uses)}>
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
function appsOf(uses: readonly Use[]): AppName[] {
  const apps = new Map<number, AppName>();
  for (const { app } of uses) if (app && !apps.has(app.id)) apps.set(app.id, app);
  return [...apps.values()];
}

/** What is shown here, as a file of JSON. */
function exportAll(grants: readonly Grant[], uses: readonly Use[]): void {
  const url = URL.createObjectURL(new Blob([JSON.stringify({ grants, uses }, null, 2)], { type: 'application/json' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = 'stoa-privacy.json';
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

const KINDS = [
  'asked', 'granted', 'refused', 'withdrawn', 'revoked', 'used', 'attribute_set', 'user_created', 'forgotten',
] as const;

function kindOf(use: Use): (typeof KINDS)[number] | 'other' {
  return KINDS.find((kind) => kind === use.kind) ?? 'other';
}
