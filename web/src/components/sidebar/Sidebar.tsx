import { useState, type KeyboardEvent } from 'react';
import { catalogue } from '../../client/pages';
import { useClient, useSelect } from '../../hooks/useClient';
import { useNow } from '../../hooks/useNow';
import { t } from '../../i18n';
import type { Chat } from '../../model';
import { selectChatList } from '../../state/selectors';
import { Icon } from '../common/Icon';
import { IconButton } from '../common/IconButton';
import { ChatItem } from './ChatItem';
import { ConnectionBanner } from './ConnectionBanner';
import { UserMenu } from './UserMenu';

interface Props {
  readonly active: number | null;
  readonly onNewChat: () => void;
  readonly onNewGroup: () => void;
}

export function Sidebar({ active, onNewChat, onNewGroup }: Props): JSX.Element {
  const client = useClient();
  const chats = useSelect(selectChatList);
  const now = useNow();
  const [query, setQuery] = useState('');
  const wanted = query.trim().toLocaleLowerCase();
  const shown = wanted === '' ? chats : chats.filter((chat) => wordsOf(chat).includes(wanted));

  return (
    <nav className="sidebar" aria-label={t('chats.title')}>
      <header className="sidebar-head">
        <UserMenu />
        <h1>{t('chats.title')}</h1>
        <IconButton
          icon="apps"
          label={t('catalogue.open')}
          data-testid="open-catalogue"
          onClick={() => client.navigation.open(catalogue)}
        />
        <IconButton icon="group" label={t('new.group')} data-testid="new-group" onClick={onNewGroup} />
        <IconButton icon="newChat" label={t('new.chat')} data-testid="new-chat" onClick={onNewChat} />
      </header>
      <label className="search">
        <Icon name="search" />
        <input
          type="search"
          aria-label={t('chats.filter')}
          placeholder={t('chats.filter')}
          value={query}
          onChange={(event) => setQuery(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === 'Escape') setQuery('');
            if (event.key === 'Enter' && shown[0]) client.chats.open(shown[0].id);
          }}
        />
      </label>
      <ConnectionBanner />
      <ul className="chat-list" data-testid="chat-list" onKeyDown={moveFocus}>
        {shown.map((chat) => (
          <ChatItem key={chat.id} chat={chat} active={chat.id === active} now={now} />
        ))}
      </ul>
      {chats.length === 0 && (
        <div className="sidebar-empty">
          <p>{t('chats.empty')}</p>
          <p className="quiet">{t('chats.emptyHint')}</p>
          <button type="button" className="primary" onClick={onNewChat}>
            {t('new.chat')}
          </button>
        </div>
      )}
      {chats.length > 0 && shown.length === 0 && <p className="sidebar-empty quiet">{t('chats.noMatch', { query })}</p>}
    </nav>
  );
}

function wordsOf(chat: Chat): string {
  return `${chat.title} ${chat.peer?.name ?? ''}`.toLocaleLowerCase();
}

/** Arrow keys walk through the list. */
function moveFocus(event: KeyboardEvent<HTMLElement>): void {
  if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
  const items = [...event.currentTarget.querySelectorAll<HTMLElement>('.chat-item')];
  const at = items.findIndex((item) => item === document.activeElement);
  const next = items[at + (event.key === 'ArrowDown' ? 1 : -1)];
  if (!next) return;
  event.preventDefault();
  next.focus();
}
