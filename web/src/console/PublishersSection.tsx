import { useCallback, useState } from 'react';
import { Verified } from '../components/common/Verified';
import { Waiting } from '../components/common/Waiting';
import { ConfirmDialog } from '../components/dialogs/ConfirmDialog';
import { useLoad } from '../hooks/useLoad';
import { t } from '../i18n';
import { useCalls, type ConsoleCalls } from './calls';
import { KeyCode } from './KeyCode';
import type { ConsolePublisher, PublisherKey } from './model';
import { Strange, When } from './parts';
import { useDoing } from './useDoing';

/** Who publishes apps here, whether the operator knows them, and whose keys count. */
export function PublishersSection(): JSX.Element {
  const calls = useCalls();
  const { value: publishers, error, reload } = useLoad(useCallback(() => calls.publishers(), [calls]));
  if (!publishers) return <Waiting error={error} onRetry={() => void reload()} />;
  return (
    <div className="parts" data-testid="console-publishers">
      {publishers.length === 0 && <p className="part-empty">{t('console.publishers.none')}</p>}
      <ul className="cards">
        {publishers.map((publisher) => (
          <PublisherEntry key={publisher.name} publisher={publisher} calls={calls} reload={reload} />
        ))}
      </ul>
    </div>
  );
}

interface EntryProps {
  readonly publisher: ConsolePublisher;
  readonly calls: ConsoleCalls;
  readonly reload: () => Promise<void>;
}

const KEY_TONE = { waiting: 'warn', active: 'good', revoked: '' } as const;

function PublisherEntry({ publisher, calls, reload }: EntryProps): JSX.Element {
  const { busy, run } = useDoing(reload);
  const [revoking, setRevoking] = useState<PublisherKey | null>(null);
  const { name } = publisher;
  return (
    <li className="card" data-testid="console-publisher" data-publisher={name}>
      <div className="entry-head">
        <div className="row-main">
          <span className="row-title">
            <strong className="with-badge">
              <Strange text={publisher.title} />
              {publisher.verified && <Verified />}
            </strong>
            <span className="quiet">{name}</span>
          </span>
          <span className="quiet">
            {publisher.members.map((member) => `${member.display} (@${member.name}, ${roleText(member.role)})`).join(' · ')}
          </span>
        </div>
        <button
          type="button"
          className="soft small-button"
          data-testid="publisher-verified"
          aria-pressed={publisher.verified}
          disabled={busy}
          onClick={() => run(() => calls.setVerified(name, !publisher.verified))}
        >
          {t(publisher.verified ? 'console.publishers.unverify' : 'console.publishers.verify')}
        </button>
      </div>
      {publisher.keys.length === 0 && <p className="quiet">{t('console.publishers.noKeys')}</p>}
      {publisher.keys.length > 0 && (
        <ul className="rows inner" aria-label={t('console.publishers.keys')}>
          {publisher.keys.map((key) => (
            <li key={key.key} className={key.state === 'revoked' ? 'row faded' : 'row'}>
              <div className="row-main">
                <span className="row-title">
                  <KeyCode value={key.key} />
                  <span className={`tag ${KEY_TONE[key.state]}`}>{t(`keys.state.${key.state}`)}</span>
                </span>
                <span className="quiet">
                  {t('console.by', { name: key.by })} · <When date={key.date} />
                </span>
              </div>
              <div className="row-buttons">
                {key.state !== 'revoked' && (
                  <button
                    type="button"
                    className="plain danger-text"
                    data-testid="key-revoke"
                    disabled={busy}
                    onClick={() => setRevoking(key)}
                  >
                    {t(key.state === 'waiting' ? 'console.key.refuse' : 'console.key.revoke')}
                  </button>
                )}
                {key.state === 'waiting' && (
                  <button
                    type="button"
                    className="soft small-button"
                    data-testid="key-admit"
                    disabled={busy}
                    onClick={() => run(() => calls.setKey(name, key.key, 'active'))}
                  >
                    {t('console.key.admit')}
                  </button>
                )}
              </div>
            </li>
          ))}
        </ul>
      )}
      {revoking && (
        <ConfirmDialog
          title={t('console.key.revoke.title')}
          text={t('console.key.revoke.text', { publisher: publisher.title })}
          confirm={t('console.key.revoke')}
          testId="key-revoke-confirm"
          onConfirm={() => run(() => calls.setKey(name, revoking.key, 'revoked'))}
          onClose={() => setRevoking(null)}
        />
      )}
    </li>
  );
}

function roleText(role: string): string {
  return role === 'owner' || role === 'developer' ? t(`publisher.role.${role}`).toLocaleLowerCase() : role;
}
