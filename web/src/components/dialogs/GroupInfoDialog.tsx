import { useEffect, useState, type FormEvent } from 'react';
import { describe } from '../../client/messages';
import { useClient, useSelect } from '../../hooks/useClient';
import { t } from '../../i18n';
import type { Chat } from '../../model';
import { selectMembers } from '../../state/selectors';
import { Avatar } from '../common/Avatar';
import { UserAvatar } from '../common/UserAvatar';
import { IconButton } from '../common/IconButton';
import { ConfirmDialog } from './ConfirmDialog';
import { Dialog } from './Dialog';

interface Props {
  readonly chat: Chat;
  readonly onClose: () => void;
}

export function GroupInfoDialog({ chat, onClose }: Props): JSX.Element {
  const client = useClient();
  const me = useSelect((state) => state.me);
  const members = useSelect((state) => selectMembers(state, chat.id));
  const [leaving, setLeaving] = useState(false);
  const mayManage = chat.role !== 'member';
  useEffect(() => void client.chats.loadMembers(chat.id), [client, chat.id]);

  if (leaving && me) {
    return (
      <ConfirmDialog
        title={t('group.leave.title', { title: chat.title })}
        text={t('group.leave.text')}
        confirm={t('group.leave')}
        onConfirm={() => void client.chats.removeMember(chat.id, me)}
        onClose={onClose}
      />
    );
  }
  return (
    <Dialog label={t('group.info')} onClose={onClose}>
      <div className="info-head">
        <Avatar id={chat.id} name={chat.title} kind="group" />
        <div>
          <h2>{chat.title}</h2>
          <p className="quiet">{t('group.members', { count: chat.members })}</p>
        </div>
      </div>
      {mayManage && <AddMember chat={chat.id} />}
      <ul className="members">
        {members.map(({ user, role }) => (
          <li key={user.id}>
            <UserAvatar user={user} />
            <span className="member-name">{user.id === me?.id ? t('common.you') : user.display}</span>
            <span className="quiet">{role === 'member' ? `@${user.name}` : t(`role.${role}`)}</span>
            {mayManage && role !== 'owner' && user.id !== me?.id && (
              <IconButton
                icon="close"
                label={t('group.remove', { name: user.display })}
                onClick={() => void client.chats.removeMember(chat.id, user)}
              />
            )}
          </li>
        ))}
      </ul>
      <div className="dialog-buttons">
        <button type="button" className="plain danger-text" onClick={() => setLeaving(true)}>
          {t('group.leave')}
        </button>
        <button type="button" className="primary" onClick={onClose}>
          {t('common.close')}
        </button>
      </div>
    </Dialog>
  );
}

function AddMember({ chat }: { readonly chat: number }): JSX.Element {
  const client = useClient();
  const [name, setName] = useState('');
  const [error, setError] = useState<string | null>(null);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (name.trim() === '') return;
    client.chats.addMember(chat, name).then(
      () => {
        setName('');
        setError(null);
      },
      (reason: unknown) => setError(describe(reason)),
    );
  };
  return (
    <form onSubmit={submit}>
      <div className="inline-form">
        <input
          aria-label={t('group.add')}
          placeholder={t('group.add')}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <button type="submit" className="plain">
          {t('group.addSubmit')}
        </button>
      </div>
      <p className="form-error" role="alert">
        {error}
      </p>
    </form>
  );
}
