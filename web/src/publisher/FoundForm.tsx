import { useState, type FormEvent } from 'react';
import { useAction } from '../hooks/useAction';
import { useClient } from '../hooks/useClient';
import { t } from '../i18n';
import { PublisherApi } from './api';
import { keyProblem, nameProblem } from './checks';

interface Props {
  readonly onFounded: (name: string) => void;
  readonly onCancel?: () => void;
}

/** Founds a publisher; the person becomes its owner. */
export function FoundForm({ onFounded, onCancel }: Props): JSX.Element {
  const client = useClient();
  const [name, setName] = useState('');
  const [title, setTitle] = useState('');
  const [key, setKey] = useState('');
  const action = useAction();
  const problem = nameProblem(name.trim()) ?? keyProblem(key.trim());
  const ready = name.trim() !== '' && title.trim() !== '' && problem === null;
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (!ready) return;
    const done = await action.run(() => new PublisherApi(client.rest).found(name.trim(), title.trim(), key.trim()));
    if (done) onFounded(name.trim());
  };
  return (
    <form className="stack" onSubmit={(event) => void submit(event)}>
      <label className="field">
        <span>{t('publish.publisherTitle')}</span>
        <input
          data-testid="publisher-title"
          autoComplete="organization"
          maxLength={64}
          value={title}
          onChange={(event) => setTitle(event.target.value)}
        />
      </label>
      <label className="field">
        <span>{t('publish.publisherName')}</span>
        <input
          data-testid="publisher-name"
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          maxLength={32}
          aria-describedby="publisher-name-hint"
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <small id="publisher-name-hint">{t('publish.publisherNameHint')}</small>
      </label>
      <label className="field">
        <span>{t('publish.key')}</span>
        <input
          className="mono"
          data-testid="publisher-key"
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          placeholder="ed25519:…"
          aria-describedby="publisher-key-hint"
          value={key}
          onChange={(event) => setKey(event.target.value)}
        />
        <small id="publisher-key-hint">{t('publish.keyHint')}</small>
      </label>
      <p className="form-error" role="alert">
        {problem ? t(problem) : action.error}
      </p>
      <div className="form-buttons">
        {onCancel && (
          <button type="button" className="plain" onClick={onCancel}>
            {t('common.cancel')}
          </button>
        )}
        <button type="submit" className="primary" data-testid="publisher-found" disabled={!ready || action.busy}>
          {t('publish.foundSubmit')}
        </button>
      </div>
    </form>
  );
}
