import { useState, type FormEvent } from 'react';
import { IconButton } from '../components/common/IconButton';
import { ConfirmDialog } from '../components/dialogs/ConfirmDialog';
import { useAction } from '../hooks/useAction';
import { useClient, useSelect } from '../hooks/useClient';
import { t } from '../i18n';
import { PublisherApi, type Publisher, type PublisherMember, type PublisherRole } from './api';

interface Props {
  readonly publisher: Publisher;
  readonly onChange: () => Promise<void>;
}

const ROLES: readonly PublisherRole[] = ['developer', 'owner'];

/** Who belongs to the publisher. Owners decide; the others see. */
export function Members({ publisher, onChange }: Props): JSX.Element {
  const client = useClient();
  const me = useSelect((state) => state.me?.name);
  const [removing, setRemoving] = useState<PublisherMember | null>(null);
  const action = useAction();
  const owner = publisher.role === 'owner';
  // The server keeps one owner in any case; what it would refuse is not offered.
  const owners = publisher.members.filter(({ role }) => role === 'owner').length;
  const mayChange = (member: PublisherMember): boolean => owner && (member.role !== 'owner' || owners > 1);
  const api = new PublisherApi(client.rest);
  const act = (what: () => Promise<unknown>): Promise<boolean> =>
    action.run(async () => {
      await what();
      await onChange();
    });
  return (
    <section className="card" data-testid="publisher-members">
      <h3>{t('members.title')}</h3>
      <ul className="publisher-rows people">
        {publisher.members.map((member) => (
          <li key={member.name} data-testid="publisher-member" data-name={member.name}>
            <span className="row-name">
              <strong>{member.name === me ? t('common.you') : member.display}</strong>
              <span className="quiet">@{member.name}</span>
            </span>
            {mayChange(member) ? (
              <>
                <RoleChoice
                  label={t('members.roleOf', { name: member.display })}
                  role={member.role}
                  onChange={(role) => void act(() => api.setMember(publisher.name, member.name, role))}
                />
                <IconButton
                  icon="close"
                  label={t('members.remove', { name: member.display })}
                  data-testid="member-remove"
                  onClick={() => setRemoving(member)}
                />
              </>
            ) : (
              <span className="tag">{t(`publisher.role.${member.role}`)}</span>
            )}
          </li>
        ))}
      </ul>
      <p className="form-error" role="alert">
        {action.error}
      </p>
      {owner && <AddMember onAdd={(name, role) => act(() => api.setMember(publisher.name, name, role))} />}
      {removing && (
        <ConfirmDialog
          title={t('members.remove.title', { name: removing.display, publisher: publisher.title })}
          text={t(removing.name === me ? 'members.leave.text' : 'members.remove.text')}
          confirm={t('members.removeSubmit')}
          testId="member-remove-confirm"
          onConfirm={() => void act(() => api.removeMember(publisher.name, removing.name))}
          onClose={() => setRemoving(null)}
        />
      )}
    </section>
  );
}

interface RoleProps {
  readonly label: string;
  readonly role: PublisherRole;
  readonly onChange: (role: PublisherRole) => void;
}

function RoleChoice({ label, role, onChange }: RoleProps): JSX.Element {
  return (
    <select
      className="select"
      aria-label={label}
      data-testid="member-role"
      value={role}
      onChange={(event) => onChange(event.target.value as PublisherRole)}
    >
      {ROLES.map((value) => (
        <option key={value} value={value}>
          {t(`publisher.role.${value}`)}
        </option>
      ))}
    </select>
  );
}

function AddMember({ onAdd }: { readonly onAdd: (name: string, role: PublisherRole) => Promise<boolean> }): JSX.Element {
  const [name, setName] = useState('');
  const [role, setRole] = useState<PublisherRole>('developer');
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const wanted = name.trim().replace(/^@/, '');
    if (wanted !== '' && (await onAdd(wanted, role))) setName('');
  };
  return (
    <form className="inline-form publisher-form" onSubmit={(event) => void submit(event)}>
      <input
        aria-label={t('members.add')}
        placeholder={t('members.add')}
        data-testid="member-name"
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        value={name}
        onChange={(event) => setName(event.target.value)}
      />
      <RoleChoice label={t('members.role')} role={role} onChange={setRole} />
      <button type="submit" className="soft" data-testid="member-add" disabled={name.trim() === ''}>
        {t('members.addSubmit')}
      </button>
    </form>
  );
}
