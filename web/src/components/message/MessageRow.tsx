import { memo, useState, type KeyboardEvent } from 'react';
import { t } from '../../i18n';
import { formatTime, formatWhole } from '../../i18n/format';
import type { Message } from '../../model';
import { UserAvatar } from '../common/UserAvatar';
import { Icon } from '../common/Icon';
import { MessageCard } from '../../money/MessageCard';
import { Attachments } from './Attachments';
import { InlineButtons } from './InlineButtons';
import { MessageActions } from './MessageActions';
import { Quote } from './Quote';
import { RichText } from './RichText';

interface Props {
  readonly message: Message;
  /** Authors are named. */
  readonly group: boolean;
  /** No ticks: a bot has no eyes. */
  readonly withBot: boolean;
  readonly mayDeleteAny: boolean;
  readonly mine: boolean;
  /** First and last of a run of messages by one author. */
  readonly first: boolean;
  readonly last: boolean;
  readonly repliedTo: Message | undefined;
  readonly read: boolean;
  /** Tab stops at one message of the list; the arrow keys lead to the others. */
  readonly tabStop: boolean;
  readonly onJump: (id: number) => void;
}

export const MessageRow = memo(function MessageRow(props: Props): JSX.Element {
  const { message, group, withBot, mayDeleteAny, mine, first, last, repliedTo, read, tabStop, onJump } = props;
  const { from } = message;
  const [focused, setFocused] = useState(false);
  const photoOnly = message.text === '' && (message.attachments ?? []).some((item) => item.type === 'photo');
  const text = message.text !== '' && <RichText text={message.text} entities={message.entities} />;
  return (
    <article
      className={`message${mine ? ' mine' : ''}${first ? ' first' : ''}${last ? ' last' : ''}`}
      data-testid="message"
      data-message-id={message.id}
      data-state="sent"
      tabIndex={tabStop ? 0 : -1}
      aria-label={`${mine ? t('common.you') : from.display}, ${formatTime(message.date)}`}
      onFocus={() => setFocused(true)}
      onBlur={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) setFocused(false);
      }}
      onKeyDown={leaveOnEscape}
    >
      {group && !mine && (
        <span className="message-avatar">
          {last && <UserAvatar user={from} />}
        </span>
      )}
      <div className="message-column">
        <div className="bubble-line">
          <div className={photoOnly ? 'bubble photo-only' : 'bubble'}>
            {group && !mine && first && <p className="author">{from.display}</p>}
            {message.reply_to != null && <Quote id={message.reply_to} message={repliedTo} onJump={onJump} />}
            {message.attachments && message.attachments.length > 0 && <Attachments items={message.attachments} />}
            <div className="bubble-text">
              {message.card ? <MessageCard card={message.card}>{text}</MessageCard> : text}
              <span className="meta">
                {message.edited ? <span>{t('message.edited')}</span> : null}
                <time dateTime={new Date(message.date).toISOString()} title={formatWhole(message.date)}>
                  {formatTime(message.date)}
                </time>
                {mine && !withBot && (
                  <span className={read ? 'tick read' : 'tick'} role="img" aria-label={t(read ? 'message.read' : 'message.sent')}>
                    <Icon name={read ? 'checks' : 'check'} />
                  </span>
                )}
              </span>
            </div>
          </div>
          <MessageActions message={message} mine={mine} mayDelete={mine || mayDeleteAny} reachable={focused} />
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
