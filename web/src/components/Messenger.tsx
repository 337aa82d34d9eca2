import { useEffect, useState, useSyncExternalStore } from 'react';
import { AppPage } from '../catalogue/AppPage';
import { CataloguePage } from '../catalogue/CataloguePage';
import type { Page } from '../client/pages';
import { ConsolePage } from '../console/ConsolePage';
import { useClient, useSelect } from '../hooks/useClient';
import { DoorPanel } from '../miniapp/DoorPanel';
import { MiniAppPanel } from '../miniapp/MiniAppPanel';
import { WebAppPanel } from '../webapp/WebAppPanel';
import { PayLinkPage } from '../money/PayLinkPage';
import { PaymentPage } from '../money/PaymentPage';
import { WalletPage } from '../money/WalletPage';
import { PublisherPage } from '../publisher/PublisherPage';
import { selectUnreadTotal } from '../state/selectors';
import { t } from '../i18n';
import { ChatView } from './chat/ChatView';
import { NewChatDialog } from './dialogs/NewChatDialog';
import { NewGroupDialog } from './dialogs/NewGroupDialog';
import { Sidebar } from './sidebar/Sidebar';

/** The list of chats beside the open chat or page; one of the two on a narrow screen. */
export function Messenger(): JSX.Element {
  const client = useClient();
  const active = useSelect((state) => (state.activeChat !== null && state.chats[state.activeChat] ? state.activeChat : null));
  const page = useSelect((state) => state.page);
  const [dialog, setDialog] = useState<'chat' | 'group' | null>(null);
  const hasApp = useSyncExternalStore(client.miniapps.subscribe, () => client.miniapps.shown() !== null);
  const hasWebApp = useSyncExternalStore(client.webapps.subscribe, () => client.webapps.shown() !== null);
  const isAsked = useSyncExternalStore(client.door.subscribe, () => client.door.waiting() !== null);
  const isBeside = hasApp || hasWebApp || isAsked;
  useTitle();

  useEffect(() => {
    const follow = (): void => client.navigation.follow();
    follow();
    window.addEventListener('popstate', follow);
    return () => window.removeEventListener('popstate', follow);
  }, [client]);

  return (
    <div className="messenger" data-pane={page ? 'page' : active === null ? 'list' : 'chat'} data-app={isBeside}>
      <Sidebar active={active} onNewChat={() => setDialog('chat')} onNewGroup={() => setDialog('group')} />
      <main className="pane">
        {page ? (
          <PageView page={page} />
        ) : active === null ? (
          <div className="pane-empty">
            <p>{t('chats.choose')}</p>
          </div>
        ) : (
          // A chat of its own for each id: nothing of one chat's scroll or drafts leaks into another.
          <ChatView key={active} id={active} />
        )}
      </main>
      <MiniAppPanel />
      <WebAppPanel />
      <DoorPanel />
      {dialog === 'chat' && <NewChatDialog onClose={() => setDialog(null)} />}
      {dialog === 'group' && <NewGroupDialog onClose={() => setDialog(null)} />}
    </div>
  );
}

function PageView({ page }: { readonly page: Page }): JSX.Element {
  switch (page.kind) {
    case 'catalogue':
      return <CataloguePage query={page.query} category={page.category} />;
    case 'app':
      // A page of its own for each app: no words of one review end up at another app.
      return <AppPage key={page.name} name={page.name} />;
    case 'publish':
      return <PublisherPage />;
    case 'wallet':
      return <WalletPage />;
    case 'payment':
      return <PaymentPage key={page.id} id={page.id} />;
    case 'pay':
      return <PayLinkPage key={page.token} token={page.token} />;
    case 'console':
      return <ConsolePage path={page.path} />;
  }
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
