import type { Chat, Message, ServerEvent, User } from '../model';
import { mergeChat, withLastMessage, withRead } from './chats';
import type { State, Typist } from './state';
import * as threads from './threads';

/** How long one typing notice counts, in milliseconds. */
export const TYPING_MS = 6_000;

/** Takes in events in order. Known ones are skipped; a missing one sets `outOfStep` and ends the run. */
export function applyEvents(state: State, events: readonly ServerEvent[], now: number): State {
  let next = state;
  for (const event of events) {
    if (event.seq === undefined) {
      next = applyWhole(next, event, now);
      continue;
    }
    if (event.seq <= next.lastSeq) continue;
    if (event.seq !== next.lastSeq + 1) return { ...next, outOfStep: true };
    next = { ...applyWhole(next, event, now), lastSeq: event.seq };
  }
  return next;
}

/** One event that cannot be understood must not keep those after it from being taken in. */
function applyWhole(state: State, event: ServerEvent, now: number): State {
  try {
    return applyEvent(state, event, now);
  } catch {
    return state;
  }
}

function applyEvent(state: State, event: ServerEvent, now: number): State {
  switch (event.type) {
    case 'message.new':
      return messageNew(state, event.data as Message);
    case 'message.edited':
      return messageChanged(state, event.data as Message);
    case 'message.deleted': {
      const { chat, id } = event.data as { chat: number; id: number };
      return messageDeleted(state, chat, id);
    }
    case 'chat.new':
    case 'chat.updated':
      return withChat(state, event.data as Chat);
    case 'member.joined':
    case 'member.left':
      return membership(state, event.data as { chat: number; user: User | number }, event.type === 'member.joined');
    case 'read': {
      const { chat, user, up_to } = event.data as { chat: number; user: User | number; up_to: number };
      return read(state, chat, idOf(user), up_to);
    }
    case 'typing': {
      const { chat, user } = event.data as { chat: number; user: User | number };
      return typing(state, chat, user, now);
    }
    case 'button.answer': {
      const { message } = event.data as { message: number };
      const pressed = new Set([...state.pressed].filter((key) => !key.startsWith(`${message}:`)));
      return pressed.size === state.pressed.size ? state : { ...state, pressed };
    }
    default:
      return state;
  }
}

export function withChat(state: State, chat: Chat): State {
  // Of a chat that this user has left by now, the log tells no more than the id.
  if (chat.kind === undefined) return state;
  return { ...state, chats: { ...state.chats, [chat.id]: mergeChat(state.chats[chat.id], chat) } };
}

/** A new message, by the event log or as the answer to a send; coming twice does no harm. */
export function messageNew(state: State, message: Message): State {
  const chat = state.chats[message.chat];
  const thread = state.threads[message.chat];
  const mine = message.from.id === state.me?.id;
  const typists = state.typing[message.chat];
  return {
    ...state,
    chats: chat ? { ...state.chats, [chat.id]: withLastMessage(chat, message, mine) } : state.chats,
    threads: thread ? { ...state.threads, [message.chat]: threads.put(thread, message) } : state.threads,
    typing: typists?.some(({ user }) => idOf(user) === message.from.id)
      ? { ...state.typing, [message.chat]: typists.filter(({ user }) => idOf(user) !== message.from.id) }
      : state.typing,
  };
}

export function messageChanged(state: State, message: Message): State {
  const chat = state.chats[message.chat];
  const thread = state.threads[message.chat];
  return {
    ...state,
    chats:
      chat?.last_message?.id === message.id
        ? { ...state.chats, [chat.id]: { ...chat, last_message: message } }
        : state.chats,
    threads: thread ? { ...state.threads, [message.chat]: threads.replace(thread, message) } : state.threads,
  };
}

export function messageDeleted(state: State, chatId: number, id: number): State {
  const chat = state.chats[chatId];
  const before = state.threads[chatId];
  const wasThere = before ? threads.find(before.messages, id) : undefined;
  const thread = before ? threads.remove(before, id) : undefined;
  const composing = state.composing[chatId];
  let chats = state.chats;
  if (chat) {
    const wasUnread = id > chat.read_up_to && wasThere !== undefined && wasThere.from.id !== state.me?.id;
    // Without a loaded thread the new last message is not known; the client asks for the chat then.
    const last = chat.last_message?.id === id ? thread?.messages[thread.messages.length - 1] ?? null : chat.last_message;
    chats = { ...chats, [chatId]: { ...chat, last_message: last, unread: Math.max(0, chat.unread - (wasUnread ? 1 : 0)) } };
  }
  return {
    ...state,
    chats,
    threads: thread ? { ...state.threads, [chatId]: thread } : state.threads,
    composing:
      composing && (composing.replyTo === id || composing.editing === id)
        ? {
            ...state.composing,
            [chatId]: {
              ...composing,
              text: composing.editing === id ? composing.aside : composing.text,
              aside: composing.editing === id ? '' : composing.aside,
              replyTo: composing.replyTo === id ? null : composing.replyTo,
              editing: composing.editing === id ? null : composing.editing,
            },
          }
        : state.composing,
  };
}

function membership(state: State, data: { chat: number; user: User | number }, joined: boolean): State {
  const user = idOf(data.user);
  const known = state.members[data.chat];
  const chat = state.chats[data.chat];
  if (!joined && user === state.me?.id) {
    const { [data.chat]: _left, ...chats } = state.chats;
    const { [data.chat]: _thread, ...rest } = state.threads;
    return { ...state, chats, threads: rest, activeChat: state.activeChat === data.chat ? null : state.activeChat };
  }
  // Without the list the count cannot be told from an event that may be known already; the client asks for the chat then.
  if (!known) return state;
  const others = known.filter((member) => member.user.id !== user);
  const added = joined && typeof data.user === 'object' ? [{ user: data.user, role: 'member' as const }] : [];
  const list = [...others, ...added];
  return {
    ...state,
    members: { ...state.members, [data.chat]: list },
    chats: chat ? { ...state.chats, [chat.id]: { ...chat, members: list.length } } : state.chats,
  };
}

export function read(state: State, chatId: number, user: number, upTo: number): State {
  const chat = state.chats[chatId];
  if (!chat) return state;
  if (user !== state.me?.id) {
    // Ticks are for direct chats: in a group "read" would have to say by whom.
    if (chat.kind !== 'direct' || upTo <= chat.peer_read_up_to) return state;
    return { ...state, chats: { ...state.chats, [chatId]: { ...chat, peer_read_up_to: upTo } } };
  }
  const next = withRead(chat, state.threads[chatId], upTo, user);
  return next === chat ? state : { ...state, chats: { ...state.chats, [chatId]: next } };
}

function typing(state: State, chat: number, user: User | number, now: number): State {
  if (idOf(user) === state.me?.id) return state;
  const others = (state.typing[chat] ?? []).filter((typist: Typist) => idOf(typist.user) !== idOf(user));
  return { ...state, typing: { ...state.typing, [chat]: [...others, { user, until: now + TYPING_MS }] } };
}

/** Users come whole or as their id. */
export function idOf(user: User | number): number {
  return typeof user === 'number' ? user : user.id;
}
