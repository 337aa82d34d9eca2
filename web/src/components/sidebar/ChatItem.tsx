import { memo } from 'react';
import { useClient, useSelect } from '../../hooks/useClient';
import { t } from '../../i18n';
import { formatShort } from '../../i18n/format';
import type { Chat, User } from '../../model';
import { selectChatKind, selectComposing, selectOutbox, selectTypists } from '../../state/selectors';
import { Avatar } from '../common/Avatar';
import { Icon } from '../common/Icon';
import { summary } from '../message/summary';
import { TypingText } from '../chat/TypingText';

interface Props {
  readonly chat: Chat;
  readonly active: boolean;
  readonly now: number;
}

export const ChatItem = memo(function ChatItem({ chat, active, now }: Props): JSX.Element {
  const client = useClient();
  const me = useSelect((state) => state.me);
  const last = chat.last_message;
  const kind = useSelect((state) => selectChatKind(state, chat));
  return (
    <li>
      <a
        href={`#/chat/${chat.id}`}
        className={active ? 'chat-item active' : 'chat-item'}
        data-testid="chat-item"
        data-chat-id={chat.id}
        data-chat-title={chat.title}
        aria-current={active ? 'true' : undefined}
        onClick={(event) => {
          if (event.metaKey || event.ctrlKey || event.shiftKey) return;
          event.preventDefault();
          client.chats.open(chat.id);
        }}
      >
        <Avatar id={chat.peer?.id ?? chat.id} name={chat.title} kind={kind} />
        <span className="chat-item-main">
          <span className="chat-item-top">
            <span className="chat-item-title">{chat.title}</span>
            <State chat={chat} me={me} />
            {last && <time className="chat-item-time">{formatShort(last.date, now)}</time>}
          </span>
          <span className="chat-item-bottom">
            <span className="chat-item-last">
              <LastLine chat={chat} me={me} active={active} />
            </span>
            {chat.unread > 0 && (
              <span className="badge" data-testid="unread" aria-label={t('chats.unread', { count: chat.unread })}>
                {chat.unread > 999 ? '999+' : chat.unread}
              </span>
            )}
          </span>
        </span>
      </a>
    </li>
  );
});

/** How far the own last message has come. */
function State({ chat, me }: { readonly chat: Chat; readonly me: User | null }): JSX.Element | null {
  const unsent = useSelect((state) => selectOutbox(state, chat.id));
  if (unsent.some((item) => item.state === 'failed')) {
    return (
      <span className="chat-item-state failed" title={t('message.failed')}>
        <Icon name="warning" />
      </span>
    );
  }
  if (unsent.length > 0) {
    return (
      <span className="chat-item-state" title={t('message.pending')}>
        <Icon name="clock" />
      </span>
    );
  }
  const last = chat.last_message;
  if (!last || last.from.id !== me?.id || chat.peer?.bot) return null;
  const read = chat.peer_read_up_to >= last.id;
  return (
    <span className={read ? 'chat-item-state read' : 'chat-item-state'} title={t(read ? 'message.read' : 'message.sent')}>
      <Icon name={read ? 'checks' : 'check'} />
    </span>
  );
}

interface LastLineProps {
  readonly chat: Chat;
  readonly me: User | null;
  readonly active: boolean;
}

function LastLine({ chat, me, active }: LastLineProps): JSX.Element {
  const typists = useSelect((state) => selectTypists(state, chat.id));
  const draft = useSelect((state) => {
    const { text, aside, editing } = selectComposing(state, chat.id);
    return editing === null ? text : aside;
  });
  const unsent = useSelect((state) => selectOutbox(state, chat.id));
  if (typists.length > 0) return <TypingText chat={chat} />;
  if (draft.trim() !== '' && !active) return labelled(t('chats.draft'), draft, 'draft-label');
  const waiting = unsent[unsent.length - 1];
  if (waiting) return labelled(`${t('common.you')}:`, summary(waiting), 'sender');
  const last = chat.last_message;
  if (!last) return <>{t('chats.noMessages')}</>;
  if (last.from.id === me?.id) return labelled(`${t('common.you')}:`, summary(last), 'sender');
  if (chat.kind === 'group') return labelled(`${last.from.display}:`, summary(last), 'sender');
  return <>{summary(last)}</>;
}

function labelled(label: string, text: string, className: string): JSX.Element {
  return (
    <>
      <span className={className}>{label} </span>
      {text}
    </>
  );
}
