import { useCallback, useState } from 'react';
import { Waiting } from '../components/common/Waiting';
import { kindText } from '../i18n/names';
import { useClient } from '../hooks/useClient';
import { useLoad } from '../hooks/useLoad';
import { t } from '../i18n';
import { useCalls } from './calls';
import type { AuditEntry } from './model';
import { Strange, When } from './parts';

/** What was done on this server and by whom, the newest first. It can be read here, and changed nowhere. */
export function AuditSection(): JSX.Element {
  const client = useClient();
  const calls = useCalls();
  const [older, setOlder] = useState<{ readonly entries: readonly AuditEntry[]; readonly next: number | null } | null>(null);
  const [busy, setBusy] = useState(false);
  const load = useCallback(async () => {
    const page = await calls.audit(null);
    setOlder(null);
    return page;
  }, [calls]);
  const { value, error, reload } = useLoad(load);
  if (!value) return <Waiting error={error} onRetry={() => void reload()} />;
  const next = (older ?? value).next;
  const loadOlder = (): void => {
    setBusy(true);
    calls
      .audit(next)
      .then((page) => setOlder({ entries: [...(older?.entries ?? []), ...page.entries], next: page.next }))
      .catch((reason: unknown) => client.toastError(reason))
      .finally(() => setBusy(false));
  };
  return (
    <div className="parts" data-testid="console-audit">
      <p className="quiet">{t('console.audit.about')}</p>
      <ol className="rows audit">
        {[...value.entries, ...(older?.entries ?? [])].map((entry) => (
          <li key={entry.entry} className="row" data-testid="audit-entry">
            <span className="audit-number quiet">{entry.entry}</span>
            <div className="row-main">
              <span className="row-title">
                <strong>{kindText(entry.kind)}</strong>
                <span className="quiet">{t('console.by', { name: entry.by })}</span>
              </span>
              <p className="row-words">
                <Strange text={entry.details} />
              </p>
              <p className="quiet">
                <When date={entry.date} />
              </p>
            </div>
          </li>
        ))}
      </ol>
      {next !== null && (
        <button type="button" className="soft" data-testid="audit-older" disabled={busy} onClick={loadOlder}>
          {t('console.audit.older')}
        </button>
      )}
    </div>
  );
}
