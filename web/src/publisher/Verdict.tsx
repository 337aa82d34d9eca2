import { useState, type FormEvent } from 'react';
import { useAction } from '../hooks/useAction';
import { useClient } from '../hooks/useClient';
import { useNow } from '../hooks/useNow';
import { t } from '../i18n';
import { formatDay } from '../i18n/format';
import { MAX_APPEAL, PublisherApi, type Takedown } from './api';

interface Props {
  readonly app: string;
  readonly takedown: Takedown;
  readonly onChange: () => Promise<void>;
}

/** Why the operator took the app down, and the publisher's answer to it. */
export function Verdict({ app, takedown, onChange }: Props): JSX.Element {
  const now = useNow();
  return (
    <div className="notice bad verdict" data-testid="publisher-takedown">
      <h4>{t('takedown.reason', { day: formatDay(takedown.date, now) })}</h4>
      <p className="app-text">{takedown.reason}</p>
      {takedown.appeal !== null && (
        <>
          <h4>{t('takedown.appeal')}</h4>
          <p className="app-text">{takedown.appeal}</p>
          <h4>{t('takedown.answer')}</h4>
          <p className={takedown.answer === null ? 'quiet' : 'app-text'}>{takedown.answer ?? t('takedown.waiting')}</p>
        </>
      )}
      {takedown.appeal === null && <AppealForm app={app} onChange={onChange} />}
    </div>
  );
}

function AppealForm({ app, onChange }: Omit<Props, 'takedown'>): JSX.Element {
  const client = useClient();
  const [text, setText] = useState('');
  const action = useAction();
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (text.trim() === '') return;
    void action.run(async () => {
      await new PublisherApi(client.rest).appeal(app, text.trim());
      await onChange();
    });
  };
  return (
    <form className="stack" onSubmit={submit}>
      <label className="field">
        <span>{t('takedown.write')}</span>
        <textarea
          data-testid="appeal-text"
          rows={3}
          maxLength={MAX_APPEAL}
          placeholder={t('takedown.writeHint')}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
      </label>
      <p className="form-error" role="alert">
        {action.error}
      </p>
      <div className="form-buttons">
        <button type="submit" className="primary" data-testid="app-appeal" disabled={action.busy || text.trim() === ''}>
          {t('takedown.submit')}
        </button>
      </div>
    </form>
  );
}
