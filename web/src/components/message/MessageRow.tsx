import { memo, useState, type KeyboardEvent } from 'react';
import { t } from '../../i18n';
import { formatTime, formatWhole } from '../../i18n/format';
import type { Chat, Message } from '../../model';
import { Avatar } from '../common/Avatar';
import { Icon } from '../common/Icon';
import { Attachments } from './Attachments';
import { InlineButtons } from './InlineButtons';
import { MessageActions } from './MessageActions';
import { Quote } from './Quote';
import { RichText } from './RichText';

interface Props {
  readonly chat: Chat;
  readonly message: Message;
  readonly mine: boolean;
  /** First and last of a run of messages by one author. */
  readonly first: boolean;
  readonly last: boolean;
  readonly repliedTo: Message | undefined;
  readonly read: boolean;
  readonly onJump: (id: number) => void;
}

export const MessageRow = memo(function MessageRow(props: Props): JSX.Element {
  const { chat, message, mine, first, last, repliedTo, read, onJump } = props;
  const [focused, setFocused] = useState(false);
  const group = chat.kind === 'group';
  const photoOnly = message.text === '' && (message.attachments ?? []).some((item) => item.type === 'photo');
  return (
    <article
      className={`message${mine ? ' mine' : ''}${first ? ' first' : ''}${last ? ' last' : ''}`}
      data-testid="message"
      data-message-id={message.id}
      data-state="sent"
      tabIndex={last ? 0 : -1}
      aria-label={`${mine ? t('common.you') : message.from.display}, ${formatTime(message.date)}`}
      onFocus={() => setFocused(true)}
      onBlur={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) setFocused(false);
      }}
      onKeyDown={leaveOnEscape}
    >
      {group && !mine && (
        <span className="message-avatar">
          {last && <Avatar id={message.from.id} name={message.from.display} kind={message.from.bot ? 'bot' : 'person'} size="small" />}
        </span>
      )}
      <div className="message-column">
        <div className="bubble-line">
          <div className={photoOnly ? 'bubble photo-only' : 'bubble'}>
            {group && !mine && first && <p className="author">{message.from.display}</p>}
            {message.reply_to != null && <Quote id={message.reply_to} message={repliedTo} onJump={onJump} />}
            {message.attachments && message.attachments.length > 0 && <Attachments items={message.attachments} />}
            <div className="bubble-text">
              {message.text !== '' && <RichText text={message.text} entities={message.entities} />}
              <span className="meta">
                {message.edited ? <span>{t('message.edited')}</span> : null}
                <time dateTime={new Date(message.date).toISOString()} title={formatWhole(message.date)}>
                  {formatTime(message.date)}
                </time>
                {mine && !chat.peer?.bot && (
                  <span className={read ? 'tick read' : 'tick'} role="img" aria-label={t(read ? 'message.read' : 'message.sent')}>
                    <Icon name={read ? 'checks' : 'check'} />
                  </span>
                )}
              </span>
            </div>
          </div>
          <MessageActions chat={chat} message={message} mine={mine} reachable={focused} />
        </div>
        {message.buttons && message.buttons.length > 0 && <InlineButtons message={message} rows={message.buttons} />}
      </div>
    </article>
  );
});

/** Esc on a message leads back to writing. */
function leaveOnEscape(event: KeyboardEvent<HTMLElement>): void {
  if (event.key === 'Escape') document.querySelector<HTMLElement>('[data-testid="composer"]')?.focus();
}
