import { useState, type FormEvent } from 'react';
import { describe } from '../../client/messages';
import { useClient } from '../../hooks/useClient';
import { t } from '../../i18n';
import { Dialog } from './Dialog';

export function NewGroupDialog({ onClose }: { readonly onClose: () => void }): JSX.Element {
  const client = useClient();
  const [title, setTitle] = useState('');
  const [members, setMembers] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);

  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (busy || title.trim() === '') return;
    setBusy(true);
    setError(null);
    try {
      await client.chats.createGroup(title.trim(), namesIn(members));
      onClose();
    } catch (reason) {
      setError(describe(reason));
      setBusy(false);
    }
  };

  return (
    <Dialog label={t('new.group.title')} onClose={onClose}>
      <form onSubmit={(event) => void submit(event)}>
        <h2>{t('new.group.title')}</h2>
        <label className="field">
          <span>{t('new.group.name')}</span>
          <input data-testid="group-title" autoComplete="off" value={title} onChange={(event) => setTitle(event.target.value)} />
        </label>
        <label className="field">
          <span>{t('new.group.members')}</span>
          <input
            data-testid="group-members"
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            aria-describedby="group-members-hint"
            value={members}
            onChange={(event) => setMembers(event.target.value)}
          />
          <small id="group-members-hint">{t('new.group.membersHint')}</small>
        </label>
        <p className="form-error" role="alert">
          {error}
        </p>
        <div className="dialog-buttons">
          <button type="button" className="plain" onClick={onClose}>
            {t('common.cancel')}
          </button>
          <button type="submit" className="primary" data-testid="group-submit" disabled={busy || title.trim() === ''}>
            {t('new.group.submit')}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

function namesIn(text: string): string[] {
  const names = text.split(/[\s,;]+/).map((name) => name.replace(/^@/, ''));
  return [...new Set(names.filter((name) => name !== ''))];
}
