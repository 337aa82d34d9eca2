import { useClient, useSelect } from '../../hooks/useClient';
import { t } from '../../i18n';
import type { Chat } from '../../model';
import { selectBot } from '../../state/selectors';
import { UserAvatar } from '../common/UserAvatar';

/** A chat without messages; with a bot it is the place to start it. */
export function EmptyChat({ chat }: { readonly chat: Chat }): JSX.Element {
  const client = useClient();
  const bot = useSelect((state) => selectBot(state, chat));
  if (!chat.peer?.bot) {
    return (
      <div className="empty-chat">
        <p>{t('history.empty')}</p>
        <p className="quiet">{t('history.emptyHint')}</p>
      </div>
    );
  }
  return (
    <div className="empty-chat">
      <UserAvatar user={chat.peer} size="medium" />
      <p>
        <strong>{chat.peer.display}</strong>
      </p>
      {bot?.description && <p className="quiet">{bot.description}</p>}
      <button
        type="button"
        className="primary start"
        data-testid="start-bot"
        onClick={() => client.chats.sendText(chat.id, '/start')}
      >
        {t('bot.start')}
      </button>
    </div>
  );
}
