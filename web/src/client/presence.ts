import { NetworkError } from '../transport/errors';
import type { Client } from './client';

/** The server shows one notice for a few seconds: no need to send more. */
const TYPING_EVERY_MS = 4_000;

/** Tells the others what this person is doing: typing, and how far they have read. */
export class Presence {
  private readonly typingSent = new Map<number, number>();
  private readonly readSent = new Map<number, number>();
  private readonly readUnsent = new Map<number, number>();

  constructor(private readonly client: Client) {}

  /** To be called at every change of the text; tells the server every few seconds at most. */
  noteTyping(chat: number): void {
    const now = Date.now();
    if (now - (this.typingSent.get(chat) ?? 0) < TYPING_EVERY_MS) return;
    this.typingSent.set(chat, now);
    this.client.rest.typing(chat).catch(() => undefined);
  }

  /** The message went out: the next one is worth a notice of its own. */
  stoppedTyping(chat: number): void {
    this.typingSent.delete(chat);
  }

  /** The person has seen the messages up to this one. */
  markRead(chat: number, upTo: number): void {
    const known = this.client.store.get().chats[chat];
    if (!known || upTo <= Math.max(known.read_up_to, this.readSent.get(chat) ?? 0)) return;
    this.readSent.set(chat, upTo);
    this.client.store.dispatch({ type: 'readLocally', chat, upTo });
    this.sendRead(chat, upTo);
  }

  /** Everything was loaded anew: what was sent before says nothing. */
  reset(): void {
    this.readSent.clear();
    this.readUnsent.clear();
  }

  /** The connection is back: read markers that did not get through go out again. */
  resendReads(): void {
    const unsent = [...this.readUnsent];
    this.readUnsent.clear();
    for (const [chat, upTo] of unsent) this.sendRead(chat, upTo);
  }

  private sendRead(chat: number, upTo: number): void {
    this.client.rest.read(chat, upTo).catch((error: unknown) => {
      if (error instanceof NetworkError) this.readUnsent.set(chat, Math.max(upTo, this.readUnsent.get(chat) ?? 0));
    });
  }
}
