import type { Message } from '../model';
import { emptyThread, type Thread } from './state';

/** The place of `id` in messages sorted by id: its index, or where it would go. */
export function indexOf(messages: readonly Message[], id: number): number {
  let low = 0;
  let high = messages.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (messages[middle]!.id < id) low = middle + 1;
    else high = middle;
  }
  return low;
}

export function find(messages: readonly Message[], id: number): Message | undefined {
  const message = messages[indexOf(messages, id)];
  return message?.id === id ? message : undefined;
}

/** Adds or replaces one message. A version that is older than the known one is dropped. */
export function put(thread: Thread, message: Message): Thread {
  if (thread.deleted.has(message.id)) return thread;
  const at = indexOf(thread.messages, message.id);
  const known = thread.messages[at];
  if (known?.id === message.id) {
    if ((known.edited ?? 0) > (message.edited ?? 0)) return thread;
    return { ...thread, messages: [...thread.messages.slice(0, at), message, ...thread.messages.slice(at + 1)] };
  }
  return { ...thread, messages: [...thread.messages.slice(0, at), message, ...thread.messages.slice(at)] };
}

/** Replaces a message only if it is loaded: an edit of an old one must not tear a hole into the history. */
export function replace(thread: Thread, message: Message): Thread {
  return find(thread.messages, message.id) ? put(thread, message) : thread;
}

export function remove(thread: Thread, id: number): Thread {
  return {
    ...thread,
    messages: thread.messages.filter((message) => message.id !== id),
    deleted: new Set(thread.deleted).add(id),
  };
}

/** Merges a page of history into the thread. */
export function addPage(thread: Thread | undefined, page: readonly Message[], before: number | null, complete: boolean): Thread {
  const base = thread ?? emptyThread;
  const known = new Map(base.messages.map((message) => [message.id, message]));
  for (const message of page) {
    const other = known.get(message.id);
    if (base.deleted.has(message.id)) continue;
    if (!other || (other.edited ?? 0) <= (message.edited ?? 0)) known.set(message.id, message);
  }
  const messages = [...known.values()].sort((a, b) => a.id - b.id);
  // A newest page that comes again says nothing about how far back the history was loaded before.
  const hasOlder = before === null && base.loaded ? base.hasOlder : !complete;
  return { ...base, messages, hasOlder, loaded: true, loading: false, failed: false };
}
