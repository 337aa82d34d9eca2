import type { Chat, Message, User } from '../src/model';
import { reducer } from '../src/state/reducer';
import { initialState, type State } from '../src/state/state';
import type { Timers } from '../src/transport/timers';

export const alice: User = { id: 1, name: 'alice', display: 'Alice', bot: false };
export const bob: User = { id: 2, name: 'bob', display: 'Bob', bot: false };

export function message(id: number, change: Partial<Message> = {}): Message {
  return { id, chat: 10, from: bob, date: id * 1000, text: `text ${id}`, entities: [], attachments: [], buttons: [], ...change };
}

export function chat(change: Partial<Chat> = {}): Chat {
  return {
    id: 10,
    kind: 'direct',
    title: 'Bob',
    role: 'member',
    members: 2,
    peer: bob,
    last_message: null,
    unread: 0,
    read_up_to: 0,
    peer_read_up_to: 0,
    ...change,
  };
}

export function ready(chats: readonly Chat[] = [chat()], lastSeq = 0): State {
  return reducer(initialState, { type: 'loaded', me: alice, chats, lastSeq });
}

/** Time that moves only when told. */
export class ManualTimers implements Timers {
  private time = 0;
  private next = 0;
  private waiting: { handle: number; due: number; run: () => void }[] = [];

  now(): number {
    return this.time;
  }

  set(delay: number, run: () => void): unknown {
    this.next += 1;
    this.waiting.push({ handle: this.next, due: this.time + delay, run });
    return this.next;
  }

  clear(handle: unknown): void {
    this.waiting = this.waiting.filter((timer) => timer.handle !== handle);
  }

  /** Runs what is due within the next `ms`, in order, and lets promises settle in between. */
  async advance(ms: number): Promise<void> {
    const until = this.time + ms;
    await settle();
    for (;;) {
      const due = this.waiting.filter((timer) => timer.due <= until).sort((a, b) => a.due - b.due)[0];
      if (!due) break;
      this.time = due.due;
      this.clear(due.handle);
      due.run();
      await settle();
    }
    this.time = until;
  }
}

/** Lets promises that need no time finish. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}
