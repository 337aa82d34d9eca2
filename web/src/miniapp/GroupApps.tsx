import { useEffect } from 'react';
import { Avatar } from '../components/common/Avatar';
import { IconButton } from '../components/common/IconButton';
import { useClient, useSelect } from '../hooks/useClient';
import { useMenu } from '../hooks/useMenu';
import { t } from '../i18n';
import type { Chat } from '../model';
import { selectMembers } from '../state/selectors';

/** The mini-apps that are members of a group, to be opened in it. */
export function GroupApps({ chat }: { readonly chat: Chat }): JSX.Element | null {
  const client = useClient();
  const members = useSelect((state) => selectMembers(state, chat.id));
  const bots = useSelect((state) => state.bots);
  const { open, setOpen, box, onKeyDown } = useMenu();
  useEffect(() => {
    if (members.length === 0) void client.chats.loadMembers(chat.id);
  }, [client, chat.id, members.length]);
  const isMiniApp = (id: number): boolean => bots.some((bot) => bot.id === id && bot.miniapp === true);
  const apps = members.map((member) => member.user).filter((user) => user.miniapp === true || isMiniApp(user.id));
  if (apps.length === 0) return null;
  return (
    <div className="menu-box" ref={box} onKeyDown={onKeyDown}>
      <IconButton
        icon="apps"
        label={t('miniapp.group')}
        data-testid="group-miniapps"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      />
      {open && (
        <div className="menu at-end">
          <div className="menu-items">
            {apps.map((app) => (
              <button
                key={app.id}
                type="button"
                className="menu-item mini-menu-app"
                data-testid={`open-miniapp-${app.name}`}
                onClick={() => {
                  setOpen(false);
                  client.miniapps.open({ app: app.name, chat: chat.id, page: null, query: {} });
                }}
              >
                <Avatar id={app.id} name={app.display} kind="miniapp" size="small" />
                {app.display}
              </button>
            ))}
          </div>
        </div>
      )}
    </div>
  );
}
