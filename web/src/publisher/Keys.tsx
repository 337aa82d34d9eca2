import { useState, type FormEvent } from 'react';
import { ConfirmDialog } from '../components/dialogs/ConfirmDialog';
import { useAction } from '../hooks/useAction';
import { useClient } from '../hooks/useClient';
import { useNow } from '../hooks/useNow';
import { t } from '../i18n';
import { formatDay } from '../i18n/format';
import { PublisherApi, type KeyState, type Publisher } from './api';
import { keyProblem } from './checks';

interface Props {
  readonly publisher: Publisher;
  readonly onChange: () => Promise<void>;
}

const TONE: Readonly<Record<KeyState, string>> = { waiting: '', active: 'good', revoked: 'bad' };

/** The keys that sign the publisher's packages. */
export function Keys({ publisher, onChange }: Props): JSX.Element {
  const client = useClient();
  const now = useNow();
  const [revoking, setRevoking] = useState<string | null>(null);
  const action = useAction();
  const owner = publisher.role === 'owner';
  const api = new PublisherApi(client.rest);
  const act = (what: () => Promise<unknown>): Promise<boolean> =>
    action.run(async () => {
      await what();
      await onChange();
    });
  return (
    <section className="card" data-testid="publisher-keys">
      <h3>{t('keys.title')}</h3>
      <p className="quiet">{t('keys.about')}</p>
      {publisher.keys.length > 0 && (
        <ul className="publisher-rows keys">
          {publisher.keys.map((key) => (
            <li key={key.key} data-testid="publisher-key-row" data-state={key.state}>
              <span className="row-name">
                <code className="key-text">{key.key}</code>
                <span className="quiet">{t('keys.by', { name: key.by, day: formatDay(key.date, now) })}</span>
              </span>
              <span className={`tag ${TONE[key.state]}`}>{t(`keys.state.${key.state}`)}</span>
              {owner && key.state !== 'revoked' && (
                <button
                  type="button"
                  className="plain small-button danger-text"
                  data-testid="key-revoke"
                  aria-label={t('keys.revokeOne', { key: key.key })}
                  onClick={() => setRevoking(key.key)}
                >
                  {t('keys.revoke')}
                </button>
              )}
            </li>
          ))}
        </ul>
      )}
      <p className="form-error" role="alert">
        {action.error}
      </p>
      {owner && <AddKey onAdd={(key) => act(() => api.addKey(publisher.name, key))} />}
      {revoking !== null && (
        <ConfirmDialog
          title={t('keys.revoke.title')}
          text={t('keys.revoke.text', { key: revoking })}
          confirm={t('keys.revoke')}
          testId="key-revoke-confirm"
          onConfirm={() => void act(() => api.revokeKey(publisher.name, revoking))}
          onClose={() => setRevoking(null)}
        />
      )}
    </section>
  );
}

function AddKey({ onAdd }: { readonly onAdd: (key: string) => Promise<boolean> }): JSX.Element {
  const [key, setKey] = useState('');
  const problem = keyProblem(key.trim());
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (key.trim() !== '' && problem === null && (await onAdd(key.trim()))) setKey('');
  };
  return (
    <form className="stack" onSubmit={(event) => void submit(event)}>
      <div className="inline-form publisher-form">
        <input
          className="mono"
          aria-label={t('keys.add')}
          placeholder="ed25519:…"
          data-testid="key-text"
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          value={key}
          onChange={(event) => setKey(event.target.value)}
        />
        <button type="submit" className="soft" data-testid="key-add" disabled={key.trim() === '' || problem !== null}>
          {t('keys.addSubmit')}
        </button>
      </div>
      <p className="form-error" role="alert">
        {problem && t(problem)}
      </p>
    </form>
  );
}
