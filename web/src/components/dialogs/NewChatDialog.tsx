import { useEffect, useMemo, useState, type FormEvent } from 'react';
import { describe } from '../../client/messages';
import { useClient, useSelect } from '../../hooks/useClient';
import { t } from '../../i18n';
import type { Bot, User } from '../../model';
import { selectContacts } from '../../state/selectors';
import { ApiError } from '../../transport/errors';
import { UserAvatar } from '../common/UserAvatar';
import { Dialog } from './Dialog';

export function NewChatDialog({ onClose }: { readonly onClose: () => void }): JSX.Element {
  const client = useClient();
  const [name, setName] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const suggestions = useSuggestions(name);
  // A bot may have been deployed since the page was loaded.
  useEffect(() => void client.chats.loadBots(), [client]);

  const open = async (wanted: string): Promise<void> => {
    if (busy || wanted.trim() === '') return;
    setBusy(true);
    setError(null);
    try {
      await client.chats.openDirect(wanted);
      onClose();
    } catch (reason) {
      const unknown = reason instanceof ApiError && reason.status === 404;
      setError(unknown ? t('error.notFound', { name: wanted.trim() }) : describe(reason));
      setBusy(false);
    }
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    void open(name);
  };

  return (
    <Dialog label={t('new.chat.title')} onClose={onClose}>
      <form onSubmit={submit}>
        <h2>{t('new.chat.title')}</h2>
        <label className="field">
          <span>{t('new.chat.name')}</span>
          <input
            data-testid="new-chat-name"
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            placeholder={t('new.chat.placeholder')}
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
        </label>
        <p className="form-error" role="alert">
          {error}
        </p>
        {suggestions.length > 0 && (
          <ul className="suggestions" aria-label={t('new.chat.suggestions')}>
            {suggestions.map((user) => (
              <li key={user.id}>
                <button type="button" className="suggestion" data-testid="suggestion" onClick={() => void open(user.name)}>
                  <UserAvatar user={user} />
                  <span className="suggestion-name">{user.display}</span>
                  <span className="suggestion-about">{about(user)}</span>
                </button>
              </li>
            ))}
          </ul>
        )}
        <div className="dialog-buttons">
          <button type="button" className="plain" onClick={onClose}>
            {t('common.cancel')}
          </button>
          <button type="submit" className="primary" data-testid="new-chat-submit" disabled={busy || name.trim() === ''}>
            {t('new.chat.submit')}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

function about(user: User | Bot): string {
  return 'description' in user && user.description !== '' ? user.description : `@${user.name}`;
}

const LOOK_UP_AFTER_MS = 300;

/** The account of exactly this name, known or not; asked for when the typing rests. */
function useAccount(typed: string): User | null {
  const client = useClient();
  const [account, setAccount] = useState<User | null>(null);
  const name = bare(typed);
  useEffect(() => {
    let current = true;
    setAccount(null);
    if (name.length < 2) return;
    const timer = setTimeout(() => {
      client.rest.account(name).then(
        (user) => current && setAccount(user),
        () => undefined,
      );
    }, LOOK_UP_AFTER_MS);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [client, name]);
  return account;
}

function bare(typed: string): string {
  return typed.trim().replace(/^@/, '').toLocaleLowerCase();
}

/** Bots and known people whose name has the words typed so far, and whoever has exactly this name. */
function useSuggestions(typed: string): readonly (User | Bot)[] {
  const bots = useSelect((state) => state.bots);
  const contacts = useSelect(selectContacts);
  const me = useSelect((state) => state.me?.id);
  const account = useAccount(typed);
  return useMemo(() => {
    const all = new Map<number, User | Bot>(contacts.map((user) => [user.id, user]));
    if (account && account.id !== me) all.set(account.id, account);
    for (const bot of bots) all.set(bot.id, bot);
    const wanted = bare(typed);
    return [...all.values()]
      .filter((user) => `${user.name} ${user.display}`.toLocaleLowerCase().includes(wanted))
      .sort((a, b) => Number(b.bot) - Number(a.bot) || a.display.localeCompare(b.display))
      .slice(0, 30);
  }, [bots, contacts, account, me, typed]);
}
