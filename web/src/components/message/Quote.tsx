import { t } from '../../i18n';
import type { Message } from '../../model';
import { summary } from './summary';

interface Props {
  readonly id: number;
  /** Absent when the message is not loaded, or was deleted. */
  readonly message: Message | undefined;
  readonly onJump?: (id: number) => void;
}

/** The message that another one answers. */
export function Quote({ id, message, onJump }: Props): JSX.Element {
  return (
    <button type="button" className="quote" data-testid="quote" disabled={!message || !onJump} onClick={() => onJump?.(id)}>
      {message && <strong>{message.from.display}</strong>}
      <span>{message ? summary(message) : t('message.replyGone')}</span>
    </button>
  );
}
