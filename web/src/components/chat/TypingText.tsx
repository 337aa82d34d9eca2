import { useEffect } from 'react';
import { useClient, useSelect } from '../../hooks/useClient';
import { t } from '../../i18n';
import type { Chat } from '../../model';
import { selectMembers, selectTypists } from '../../state/selectors';

/** Who is writing now. */
export function TypingText({ chat }: { readonly chat: Chat }): JSX.Element {
  const client = useClient();
  const typists = useSelect((state) => selectTypists(state, chat.id));
  const members = useSelect((state) => selectMembers(state, chat.id));
  const unnamed = chat.kind === 'group' && members.length === 0 && typists.some(({ user }) => typeof user === 'number');
  useEffect(() => {
    if (unnamed) void client.chats.loadMembers(chat.id);
  }, [client, chat.id, unnamed]);

  const names = typists.flatMap(({ user }) => {
    if (typeof user === 'object') return [user.display];
    return members.find((member) => member.user.id === user)?.user.display ?? [];
  });
  let text = t('typing.many');
  if (chat.kind === 'direct') text = t('typing.direct');
  else if (names.length === 1) text = t('typing.one', { name: names[0]! });
  else if (names.length === 2) text = t('typing.two', { name: names[0]!, other: names[1]! });
  return (
    <span className="typing" data-testid="typing">
      {text}
      <span className="typing-dots" aria-hidden="true">
        <i />
        <i />
        <i />
      </span>
    </span>
  );
}
