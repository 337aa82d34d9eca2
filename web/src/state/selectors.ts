import type { Bot, BotCommand, Chat, Member, User } from '../model';
import type { OutboxItem } from '../transport/outbox';
import { emptyComposing, emptyThread, type Composing, type State, type Thread, type Typist } from './state';

const noTypists: readonly Typist[] = [];
const noMembers: readonly Member[] = [];

/** Remembers the last result, so that an unchanged input gives the same object and nothing is drawn again. */
function memo<Inputs extends readonly unknown[], Result>(
  inputs: (state: State) => Inputs,
  compute: (...values: Inputs) => Result,
): (state: State) => Result {
  let last: { values: Inputs; result: Result } | null = null;
  return (state) => {
    const values = inputs(state);
    if (last && last.values.every((value, index) => value === values[index])) return last.result;
    last = { values, result: compute(...values) };
    return last.result;
  };
}

/** Chats with the most recent word first. */
export const selectChatList = memo(
  (state): [State['chats'], State['outbox']] => [state.chats, state.outbox],
  (chats, outbox): readonly Chat[] => {
    const sentAt = new Map<number, number>();
    for (const item of outbox) sentAt.set(item.chat, Math.max(item.createdAt, sentAt.get(item.chat) ?? 0));
    const when = (chat: Chat): number => Math.max(chat.last_message?.date ?? 0, sentAt.get(chat.id) ?? 0);
    return Object.values(chats).sort((a, b) => when(b) - when(a) || b.id - a.id);
  },
);

export const selectUnreadTotal = memo(
  (state): [State['chats']] => [state.chats],
  (chats) => Object.values(chats).reduce((sum, chat) => sum + chat.unread, 0),
);

const selectOutboxByChat = memo(
  (state): [State['outbox']] => [state.outbox],
  (outbox) => {
    const byChat = new Map<number, OutboxItem[]>();
    for (const item of outbox) byChat.set(item.chat, [...(byChat.get(item.chat) ?? []), item]);
    return byChat;
  },
);

const noItems: readonly OutboxItem[] = [];

export const selectOutbox = (state: State, chat: number): readonly OutboxItem[] =>
  selectOutboxByChat(state).get(chat) ?? noItems;

export const selectThread = (state: State, chat: number): Thread => state.threads[chat] ?? emptyThread;

export const selectComposing = (state: State, chat: number): Composing => state.composing[chat] ?? emptyComposing;

export const selectTypists = (state: State, chat: number): readonly Typist[] => state.typing[chat] ?? noTypists;

export const selectMembers = (state: State, chat: number): readonly Member[] => state.members[chat] ?? noMembers;

const selectMiniApps = memo(
  (state): [State['bots']] => [state.bots],
  (bots) => new Set(bots.filter((bot) => bot.miniapp === true).map((bot) => bot.id)),
);

/** What an account is to people. That a bot has pages stands in the list of apps alone. */
export function selectKind(state: State, user: Pick<User, 'id' | 'bot' | 'miniapp'>): 'person' | 'bot' | 'miniapp' {
  if (!user.bot) return 'person';
  return user.miniapp === true || selectMiniApps(state).has(user.id) ? 'miniapp' : 'bot';
}

export const selectChatKind = (state: State, { kind, peer }: Chat): 'person' | 'bot' | 'miniapp' | 'group' =>
  kind === 'group' ? 'group' : peer ? selectKind(state, peer) : 'person';

export const selectBot = (state: State, chat: Chat | undefined): Bot | undefined =>
  chat?.peer?.bot ? state.bots.find((bot) => bot.id === chat.peer?.id) : undefined;

/** The commands that bots in the chat understand, each name once. */
export function commandsIn(chat: Chat, bots: readonly Bot[], members: readonly Member[]): readonly BotCommand[] {
  const here = new Set(chat.peer ? [chat.peer.id] : members.map((member) => member.user.id));
  const commands = bots.filter((bot) => here.has(bot.id)).flatMap((bot) => bot.commands);
  return commands.filter((command, index) => commands.findIndex((other) => other.name === command.name) === index);
}

/** People and bots whom this user already talks to. */
export const selectContacts = memo(
  (state): [State['chats']] => [state.chats],
  (chats): readonly User[] =>
    Object.values(chats)
      .flatMap((chat) => (chat.peer ? [chat.peer] : []))
      .sort((a, b) => a.display.localeCompare(b.display)),
);
