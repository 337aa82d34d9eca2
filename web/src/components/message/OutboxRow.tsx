import { memo } from 'react';
import { useClient } from '../../hooks/useClient';
import { t } from '../../i18n';
import { formatTime } from '../../i18n/format';
import type { Message } from '../../model';
import type { OutboxItem } from '../../transport/outbox';
import { Icon } from '../common/Icon';
import { Attachments } from './Attachments';
import { Quote } from './Quote';
import { RichText } from './RichText';

interface Props {
  readonly item: OutboxItem;
  readonly first: boolean;
  readonly last: boolean;
  readonly repliedTo: Message | undefined;
  readonly tabStop: boolean;
}

/** A message that is on its way, or was not sent. */
export const OutboxRow = memo(function OutboxRow({ item, first, last, repliedTo, tabStop }: Props): JSX.Element {
  const client = useClient();
  const failed = item.state === 'failed';
  const label = t(failed ? 'message.failed' : 'message.pending');
  return (
    <article
      className={`message mine unsent${first ? ' first' : ''}${last ? ' last' : ''}`}
      data-testid="message"
      data-state={item.state}
      data-nonce={item.nonce}
      tabIndex={tabStop ? 0 : -1}
      aria-label={`${t('common.you')}, ${label}`}
    >
      <div className="message-column">
        <div className="bubble-line">
          <div className="bubble">
            {item.replyTo !== null && <Quote id={item.replyTo} message={repliedTo} />}
            {item.attachments.length > 0 && <Attachments items={item.attachments} />}
            <div className="bubble-text">
              {item.text !== '' && <RichText text={item.text} entities={item.entities} />}
              <span className="meta">
                <time>{formatTime(item.createdAt)}</time>
                <span className={failed ? 'tick failed' : 'tick'} role="img" aria-label={label}>
                  <Icon name={failed ? 'warning' : 'clock'} />
                </span>
              </span>
            </div>
          </div>
        </div>
        {failed && (
          <div className="not-sent" role="status">
            <span>{why(item)}</span>
            <button type="button" className="link" data-testid="retry" onClick={() => client.chats.retry(item.nonce)}>
              {t('common.retry')}
            </button>
            <button type="button" className="link" data-testid="discard" onClick={() => client.chats.discard(item.nonce)}>
              {t('common.delete')}
            </button>
          </div>
        )}
      </div>
    </article>
  );
});

function why(item: OutboxItem): string {
  if (item.error === 'network' || !item.errorMessage) return t('message.failed');
  return t('message.failedWhy', { reason: item.errorMessage });
}
