import { useEffect, useState } from 'react';
import { useClient, useSelect } from '../../hooks/useClient';
import { t } from '../../i18n';
import type { Consent, GrantTerm } from '../../model';
import { Avatar } from '../common/Avatar';
import { Dialog } from './Dialog';

/** A press that was meant for what the sheet came up over must not answer it. */
const GUARD_MS = 700;

/** The oldest open question of an app, over everything else. What it shows comes from the server, not from the app. */
export function ConsentSheets(): JSX.Element | null {
  const consents = useSelect((state) => state.consents);
  const [aside, setAside] = useState<ReadonlySet<number>>(new Set());
  const open = consents.find((consent) => !aside.has(consent.id));
  if (open) return <ConsentSheet key={open.id} consent={open} onLater={() => setAside(new Set([...aside, open.id]))} />;
  if (consents.length === 0) return null;
  return (
    <button type="button" className="consents-aside" data-testid="consents-aside" onClick={() => setAside(new Set())}>
      {t('consent.open', { count: consents.length })}
    </button>
  );
}

function ConsentSheet({ consent, onLater }: { readonly consent: Consent; readonly onLater: () => void }): JSX.Element {
  const client = useClient();
  const [term, setTerm] = useState<GrantTerm>(consent.terms[0] ?? 'once');
  const [ready, setReady] = useState(false);
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setReady(true), GUARD_MS);
    return () => clearTimeout(timer);
  }, []);
  const answer = (given: GrantTerm | null): void => {
    setBusy(true);
    void client.permission.answer(consent, given).finally(() => setBusy(false));
  };
  const title = consent.app?.title ?? t('consent.unknownApp');
  const disabled = !ready || busy;
  return (
    <Dialog label={t('consent.title', { app: title })} onClose={onLater} className="consent">
      <header className="consent-head">
        <Avatar id={consent.app?.id ?? 0} name={title} />
        <div>
          <h2>{t('consent.title', { app: title })}</h2>
          <p className="quiet">{t('consent.by', { app: consent.app?.name ?? '', publisher: consent.app?.publisher ?? '' })}</p>
        </div>
      </header>
      <p>{consent.does}</p>
      <figure className="consent-reason">
        <figcaption>{t('consent.reason', { app: title })}</figcaption>
        <blockquote>{consent.reason}</blockquote>
      </figure>
      <div className="consent-answer" data-testid="consent-answer">
        <h3>{t(consent.answer === null ? 'consent.nothing.title' : 'consent.gets', { app: title })}</h3>
        <strong>{consent.answer ?? t('consent.nothing', { app: title })}</strong>
        <p className="quiet">{consent.discloses}</p>
      </div>
      {consent.terms.length > 0 && (
        <fieldset className="consent-terms">
          <legend>{t('consent.for')}</legend>
          {consent.terms.map((value) => (
            <label key={value}>
              <input type="radio" name="term" checked={term === value} onChange={() => setTerm(value)} />
              <span>{t(`consent.for.${value}`)}</span>
            </label>
          ))}
        </fieldset>
      )}
      <div className="dialog-buttons">
        <button type="button" className="plain" onClick={onLater}>
          {t('consent.later')}
        </button>
        <button type="button" className="plain" data-testid="consent-refuse" disabled={disabled} onClick={() => answer(null)}>
          {t(consent.answer === null ? 'consent.close' : 'consent.refuse')}
        </button>
        {consent.terms.length > 0 && (
          <button type="button" className="primary" data-testid="consent-grant" disabled={disabled} onClick={() => answer(term)}>
            {t('consent.grant')}
          </button>
        )}
      </div>
    </Dialog>
  );
}
