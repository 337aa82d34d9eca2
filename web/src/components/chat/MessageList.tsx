import { useCallback, useEffect, useMemo, useRef, type KeyboardEvent } from 'react';
import { useClient, useSelect } from '../../hooks/useClient';
import { useNow } from '../../hooks/useNow';
import { t } from '../../i18n';
import { formatDay } from '../../i18n/format';
import type { Chat, Message } from '../../model';
import { selectOutbox, selectThread } from '../../state/selectors';
import { find } from '../../state/threads';
import { IconButton } from '../common/IconButton';
import { Spinner } from '../common/Spinner';
import { MessageRow } from '../message/MessageRow';
import { OutboxRow } from '../message/OutboxRow';
import { EmptyChat } from './EmptyChat';
import { rowsOf } from './rows';
import { useScroll } from './useScroll';

/** Older messages are asked for when the top is this near, in pixels. */
const LOAD_AHEAD = 600;

export function MessageList({ chat }: { readonly chat: Chat }): JSX.Element {
  const client = useClient();
  const thread = useSelect((state) => selectThread(state, chat.id));
  const outbox = useSelect((state) => selectOutbox(state, chat.id));
  const me = useSelect((state) => state.me?.id ?? 0);
  const now = useNow();
  const rows = useMemo(
    () => rowsOf(thread.messages, outbox, thread.readWhenOpened, me),
    [thread.messages, outbox, thread.readWhenOpened, me],
  );
  const border = useRef<HTMLDivElement>(null);
  const { box, atEnd, toEnd, onScroll } = useScroll(thread.loaded, () => border.current);

  const look = useCallback((): void => {
    const element = box.current;
    if (!element) return;
    if (element.scrollTop < LOAD_AHEAD) void client.chats.loadOlder(chat.id);
    if (document.hidden || !document.hasFocus()) return;
    const seen = newestSeen(element, thread.messages, me);
    if (seen !== null) client.presence.markRead(chat.id, seen);
  }, [box, client, chat.id, thread.messages, me]);

  // After each change, and when the person comes back to the window.
  useEffect(() => {
    look();
    window.addEventListener('focus', look);
    document.addEventListener('visibilitychange', look);
    return () => {
      window.removeEventListener('focus', look);
      document.removeEventListener('visibilitychange', look);
    };
  }, [look, rows]);

  // One's own new message is always shown.
  const newest = outbox[outbox.length - 1]?.nonce ?? null;
  const shownNewest = useRef(newest);
  useEffect(() => {
    if (newest !== null && newest !== shownNewest.current) toEnd();
    shownNewest.current = newest;
  }, [newest, toEnd]);

  const jump = useCallback(
    (id: number): void => {
      const target = box.current?.querySelector<HTMLElement>(`[data-message-id="${id}"]`);
      if (!target) return;
      target.scrollIntoView({ block: 'center', behavior: 'smooth' });
      target.classList.remove('flash');
      // Reading the size restarts the animation.
      void target.offsetWidth;
      target.classList.add('flash');
    },
    [box],
  );

  return (
    <div className="history">
      <div
        className="history-scroll"
        ref={box}
        onScroll={() => {
          onScroll();
          look();
        }}
        onKeyDown={walk}
      >
        <div className="history-content" role="log" aria-label={t('history.label')} aria-busy={thread.loading}>
          {thread.loading && (
            <div className="history-note">
              <div>
                <Spinner small />
                <span className="sr-only">{t('history.loading')}</span>
              </div>
            </div>
          )}
          {thread.failed && <LoadFailed chat={chat.id} />}
          {thread.loaded && rows.length === 0 && <EmptyChat chat={chat} />}
          {rows.map((row, index) => {
            switch (row.kind) {
              case 'day':
                return (
                  <div key={row.key} className="day">
                    <span>{formatDay(row.date, now)}</span>
                  </div>
                );
              case 'new':
                return (
                  <div key={row.key} className="new-border" ref={border}>
                    <span>{t('history.new')}</span>
                  </div>
                );
              case 'message':
                return (
                  <MessageRow
                    key={row.key}
                    message={row.message}
                    group={chat.kind === 'group'}
                    withBot={chat.peer?.bot === true}
                    mayDeleteAny={chat.kind === 'group' && chat.role !== 'member'}
                    mine={row.message.from.id === me}
                    first={row.first}
                    last={row.last}
                    repliedTo={row.message.reply_to ? find(thread.messages, row.message.reply_to) : undefined}
                    read={chat.peer_read_up_to >= row.message.id}
                    tabStop={index === rows.length - 1}
                    onJump={jump}
                  />
                );
              case 'outbox':
                return (
                  <OutboxRow
                    key={row.key}
                    item={row.item}
                    tabStop={index === rows.length - 1}
                    first={row.first}
                    last={row.last}
                    repliedTo={row.item.replyTo ? find(thread.messages, row.item.replyTo) : undefined}
                  />
                );
            }
          })}
        </div>
      </div>
      {!atEnd && (
        <div className="to-newest">
          <IconButton icon="down" label={t('history.toNewest')} onClick={toEnd} />
          {chat.unread > 0 && (
            <span className="badge" aria-hidden="true">
              {chat.unread}
            </span>
          )}
        </div>
      )}
    </div>
  );
}

function LoadFailed({ chat }: { readonly chat: number }): JSX.Element {
  const client = useClient();
  const thread = useSelect((state) => selectThread(state, chat));
  const online = useSelect((state) => state.connection === 'online');
  const again = useCallback((): void => {
    void (thread.loaded ? client.chats.loadOlder(chat) : client.chats.loadNewest(chat));
  }, [client, chat, thread.loaded]);
  // The connection came back: what failed for want of it is asked for once more.
  const before = useRef(online);
  useEffect(() => {
    if (online && !before.current) again();
    before.current = online;
  }, [online, again]);
  return (
    <div className="history-note">
      <div>
        <p>{t('history.failed')}</p>
        <button type="button" className="plain" onClick={again}>
          {t('common.retry')}
        </button>
      </div>
    </div>
  );
}

/** The id of the newest message of somebody else that is in sight. */
function newestSeen(box: HTMLElement, messages: readonly Message[], me: number): number | null {
  const bottom = box.getBoundingClientRect().bottom;
  for (let index = messages.length - 1; index >= 0; index -= 1) {
    const message = messages[index]!;
    if (message.from.id === me) continue;
    const element = box.querySelector(`[data-message-id="${message.id}"]`);
    // The first lines of a tall message are enough.
    if (element && element.getBoundingClientRect().top + 24 <= bottom) return message.id;
  }
  return null;
}

/** Up and Down walk from message to message; Tab goes on to the actions of the one in focus. */
function walk(event: KeyboardEvent<HTMLElement>): void {
  if (event.key !== 'ArrowUp' && event.key !== 'ArrowDown') return;
  const current = document.activeElement?.closest('.message');
  if (!current) return;
  const all = [...event.currentTarget.querySelectorAll<HTMLElement>('.message')];
  const next = all[all.indexOf(current as HTMLElement) + (event.key === 'ArrowDown' ? 1 : -1)];
  if (!next) return;
  event.preventDefault();
  next.focus();
}
