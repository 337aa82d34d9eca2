import { useClient, useSelect } from '../../hooks/useClient';
import { t } from '../../i18n';
import type { InlineButton, Message } from '../../model';
import { addressFromUrl } from '../../miniapp/address';
import { safeHref } from '../../text/links';
import { Icon } from '../common/Icon';
import { Spinner } from '../common/Spinner';

interface Props {
  readonly message: Message;
  readonly rows: readonly (readonly InlineButton[])[];
}

/** The keyboard under a bot's message. */
export function InlineButtons({ message, rows }: Props): JSX.Element {
  return (
    <div className="inline-buttons">
      {rows.map((row, index) => (
        <div className="inline-row" key={index}>
          {row.map((button) => (
            <Button key={button.id} message={message} button={button} />
          ))}
        </div>
      ))}
    </div>
  );
}

function Button({ message, button }: { readonly message: Message; readonly button: InlineButton }): JSX.Element {
  const client = useClient();
  const waiting = useSelect((state) => state.pressed.has(`${message.id}:${button.id}`));
  const address = addressFromUrl(button.url ?? '');
  if (address) {
    // In the chat of the message, whatever the address says.
    const isGroup = client.store.get().chats[message.chat]?.kind === 'group';
    return (
      <button
        type="button"
        className="inline-button"
        data-testid="button"
        onClick={() => client.miniapps.open({ ...address, chat: isGroup ? message.chat : null })}
      >
        <span>{button.text}</span>
        <Icon name="apps" />
      </button>
    );
  }
  if (button.url !== undefined && button.url !== null) {
    const href = safeHref(button.url);
    return (
      <a
        className="inline-button"
        data-testid="button"
        href={href ?? undefined}
        target="_blank"
        rel="noopener noreferrer"
        aria-disabled={href === null}
        aria-label={t('message.opensTab', { text: button.text })}
        title={button.url}
      >
        <span>{button.text}</span>
        <Icon name="external" />
      </a>
    );
  }
  return (
    <button
      type="button"
      className="inline-button"
      data-testid="button"
      aria-busy={waiting}
      onClick={() => void client.chats.press(message, button.id)}
    >
      <span>{button.text}</span>
      {waiting && <Spinner small />}
    </button>
  );
}
