import type { Chat, Message } from '../model';
import type { Thread } from './state';

/** Puts a chat from the server over the known one. What the client has seen since is never taken back. */
export function mergeChat(known: Chat | undefined, incoming: Chat): Chat {
  const chat = named(incoming);
  if (!known) return chat;
  const newer = (known.last_message?.id ?? 0) > (chat.last_message?.id ?? 0) && chat.last_message !== null;
  const ahead = known.read_up_to > chat.read_up_to;
  return {
    ...chat,
    last_message: newer ? known.last_message : chat.last_message,
    unread: newer || ahead ? known.unread : chat.unread,
    read_up_to: Math.max(known.read_up_to, chat.read_up_to),
    peer_read_up_to: Math.max(known.peer_read_up_to, chat.peer_read_up_to),
  };
}

/** A direct chat has no title of its own: it is called as the other one is. */
function named(chat: Chat): Chat {
  return chat.title === '' && chat.peer ? { ...chat, title: chat.peer.display || chat.peer.name } : chat;
}

/** Ids grow with time, so a message that is not newer than the last one has been counted already. */
export function withLastMessage(chat: Chat, message: Message, mine: boolean): Chat {
  if (message.id <= (chat.last_message?.id ?? 0)) return chat;
  const counts = !mine && message.id > chat.read_up_to;
  return { ...chat, last_message: message, unread: chat.unread + (counts ? 1 : 0) };
}

/** The chat after this user has read up to a message. */
export function withRead(chat: Chat, thread: Thread | undefined, upTo: number, me: number): Chat {
  if (upTo <= chat.read_up_to) return chat;
  if (upTo >= (chat.last_message?.id ?? 0)) return { ...chat, read_up_to: upTo, unread: 0 };
  if (!thread?.loaded) return { ...chat, read_up_to: upTo };
  const unread = thread.messages.filter((message) => message.id > upTo && message.from.id !== me).length;
  return { ...chat, read_up_to: upTo, unread };
}
