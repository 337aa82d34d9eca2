import { useEffect, useState } from 'react';
import { useClient, useSelect } from '../hooks/useClient';
import { selectUnreadTotal } from '../state/selectors';
import { t } from '../i18n';
import { ChatView } from './chat/ChatView';
import { NewChatDialog } from './dialogs/NewChatDialog';
import { NewGroupDialog } from './dialogs/NewGroupDialog';
import { Sidebar } from './sidebar/Sidebar';

/** The list of chats beside the open chat; one of the two on a narrow screen. */
export function Messenger(): JSX.Element {
  const client = useClient();
  const active = useSelect((state) => (state.activeChat !== null && state.chats[state.activeChat] ? state.activeChat : null));
  const [dialog, setDialog] = useState<'chat' | 'group' | null>(null);
  useTitle();

  useEffect(() => {
    const follow = (): void => client.chats.openFromAddress();
    follow();
    window.addEventListener('popstate', follow);
    return () => window.removeEventListener('popstate', follow);
  }, [client]);

  return (
    <div className="messenger" data-pane={active === null ? 'list' : 'chat'}>
      <Sidebar active={active} onNewChat={() => setDialog('chat')} onNewGroup={() => setDialog('group')} />
      <main className="pane">
        {active === null ? (
          <div className="pane-empty">
            <p>{t('chats.choose')}</p>
          </div>
        ) : (
          // A chat of its own for each id: nothing of one chat's scroll or drafts leaks into another.
          <ChatView key={active} id={active} />
        )}
      </main>
      {dialog === 'chat' && <NewChatDialog onClose={() => setDialog(null)} />}
      {dialog === 'group' && <NewGroupDialog onClose={() => setDialog(null)} />}
    </div>
  );
}

function useTitle(): void {
  const unread = useSelect(selectUnreadTotal);
  useEffect(() => {
    document.title = unread > 0 ? `(${unread}) ${t('app.name')}` : t('app.name');
    return () => {
      document.title = t('app.name');
    };
  }, [unread]);
}
