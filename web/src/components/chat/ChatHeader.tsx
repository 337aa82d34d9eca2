import { useState } from 'react';
import { useClient, useSelect } from '../../hooks/useClient';
import { t } from '../../i18n';
import type { Chat } from '../../model';
import { selectChatKind, selectTypists } from '../../state/selectors';
import { Avatar } from '../common/Avatar';
import { IconButton } from '../common/IconButton';
import { BillDialog } from '../../money/BillDialog';
import { SendDialog } from '../../money/SendDialog';
import { GroupApps } from '../../miniapp/GroupApps';
import { GroupInfoDialog } from '../dialogs/GroupInfoDialog';
import { TypingText } from './TypingText';

export function ChatHeader({ chat }: { readonly chat: Chat }): JSX.Element {
  const client = useClient();
  const typing = useSelect((state) => selectTypists(state, chat.id).length > 0);
  const [info, setInfo] = useState(false);
  const [money, setMoney] = useState<'send' | 'ask' | 'bill' | null>(null);
  const kind = useSelect((state) => selectChatKind(state, chat));
  const miniapp = kind === 'miniapp' ? chat.peer?.name ?? null : null;
  return (
    <header className="chat-head">
      <IconButton
        className="back"
        icon="back"
        label={t('chats.back')}
        data-testid="back"
        onClick={() => client.chats.open(null)}
      />
      <Avatar id={chat.peer?.id ?? chat.id} name={chat.title} kind={kind} size="small" />
      <div className="chat-head-text">
        <h2>{chat.title}</h2>
        <p className="quiet">{typing ? <TypingText chat={chat} /> : <bdi>{about(chat, kind)}</bdi>}</p>
      </div>
      {chat.kind === 'group' && (
        <IconButton icon="money" label={t('money.bill')} data-testid="split-bill" onClick={() => setMoney('bill')} />
      )}
      {kind === 'person' && (
        <>
          <IconButton icon="money" label={t('money.send')} data-testid="send-money-open" onClick={() => setMoney('send')} />
          <IconButton icon="download" label={t('money.ask')} data-testid="ask-money-open" onClick={() => setMoney('ask')} />
        </>
      )}
      {money === 'bill' && <BillDialog chat={chat} onClose={() => setMoney(null)} />}
      {(money === 'send' || money === 'ask') && chat.peer && (
        <SendDialog peer={chat.peer} asks={money === 'ask'} onClose={() => setMoney(null)} />
      )}
      {chat.kind === 'group' && <GroupApps chat={chat} />}
      {miniapp !== null && (
        <button
          type="button"
          className="primary small-button"
          data-testid="open-miniapp"
          onClick={() => client.miniapps.open({ app: miniapp, chat: null, page: null, query: {} })}
        >
          {t('miniapp.open')}
        </button>
      )}
      {chat.kind === 'group' && (
        <IconButton icon="group" label={t('group.info')} data-testid="group-info" onClick={() => setInfo(true)} />
      )}
      {info && <GroupInfoDialog chat={chat} onClose={() => setInfo(false)} />}
    </header>
  );
}

function about(chat: Chat, kind: ReturnType<typeof selectChatKind>): string {
  if (kind === 'group') return t('group.members', { count: chat.members });
  if (kind === 'bot' || kind === 'miniapp') return t(`user.${kind}`);
  return chat.peer ? `@${chat.peer.name}` : '';
}
