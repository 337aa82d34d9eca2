import { useCallback, useState } from 'react';
import { Waiting } from '../components/common/Waiting';
import { ConfirmDialog } from '../components/dialogs/ConfirmDialog';
import { useClient } from '../hooks/useClient';
import { useLoad } from '../hooks/useLoad';
import { t } from '../i18n';
import type { ConsoleCalls } from './calls';
import { When } from './parts';
import { useDoing } from './useDoing';

interface Props {
  readonly app: string;
  readonly calls: ConsoleCalls;
  readonly onChange: () => Promise<void>;
}

/** What an app could not handle: of what kind and why, never what was written. */
export function DeadLetters({ app, calls, onChange }: Props): JSX.Element {
  const client = useClient();
  const { value: dead, error, reload } = useLoad(useCallback(() => calls.deadLetters(app), [calls, app]));
  const again = useCallback(async () => void (await Promise.all([reload(), onChange()])), [reload, onChange]);
  const { busy, run } = useDoing(again);
  /** The one to drop, or all. */
  const [dropping, setDropping] = useState<number | 'all' | null>(null);
  const end = async (how: 'retry' | 'drop', update: number | null): Promise<void> => {
    const count = await calls.endDeadLetters(app, how, update);
    client.toast('info', t(how === 'retry' ? 'console.dead.retried' : 'console.dead.dropped', { count }));
  };
  if (!dead) return <Waiting error={error} onRetry={() => void reload()} />;
  if (dead.length === 0) return <p className="quiet">{t('console.dead.none')}</p>;
  return (
    <div className="dead" data-testid="dead-letters">
      <p className="quiet">{t('console.dead.about')}</p>
      <ul className="rows inner">
        {dead.map((letter) => (
          <li key={letter.update} className="row">
            <div className="row-main">
              <span className="row-title">
                <code>{letter.kind}</code>
                <span className="quiet">{t('console.dead.attempts', { count: letter.attempts })}</span>
              </span>
              <p className="row-words">{letter.reason}</p>
              <p className="quiet">
                <When date={letter.date} />
              </p>
            </div>
            <div className="row-buttons">
              <button
                type="button"
                className="plain danger-text"
                data-testid="dead-drop"
                disabled={busy}
                onClick={() => setDropping(letter.update)}
              >
                {t('console.dead.drop')}
              </button>
              <button
                type="button"
                className="soft small-button"
                data-testid="dead-retry"
                disabled={busy}
                onClick={() => run(() => end('retry', letter.update))}
              >
                {t('common.retry')}
              </button>
            </div>
          </li>
        ))}
      </ul>
      {dead.length > 1 && (
        <div className="entry-buttons end">
          <button type="button" className="plain danger-text" disabled={busy} onClick={() => setDropping('all')}>
            {t('console.dead.dropAll')}
          </button>
          <button
            type="button"
            className="soft small-button"
            data-testid="dead-retry-all"
            disabled={busy}
            onClick={() => run(() => end('retry', null))}
          >
            {t('console.dead.retryAll')}
          </button>
        </div>
      )}
      {dropping !== null && (
        <ConfirmDialog
          title={t('console.dead.drop.title', { count: dropping === 'all' ? dead.length : 1 })}
          text={t('console.dead.drop.text')}
          confirm={t('console.dead.drop')}
          testId="dead-drop-confirm"
          onConfirm={() => run(() => end('drop', dropping === 'all' ? null : dropping))}
          onClose={() => setDropping(null)}
        />
      )}
    </div>
  );
}
