import type { Attachment, Entity, Message } from '../model';
import { backoffDelay } from './backoff';
import { ApiError, NetworkError } from './errors';
import type { OutgoingMessage } from './rest';
import { systemTimers, type Timers } from './timers';

export interface OutboxItem {
  /** Made once for each message and never changed: the server takes a nonce once, however often it is sent. */
  readonly nonce: string;
  readonly chat: number;
  readonly text: string;
  readonly entities: readonly Entity[];
  readonly attachments: readonly Attachment[];
  readonly replyTo: number | null;
  readonly createdAt: number;
  readonly state: 'pending' | 'failed';
  /** Why it failed: `network`, or the server's error code. */
  readonly error: string | null;
  readonly errorMessage: string | null;
}

export type Draft = Pick<OutboxItem, 'chat' | 'text' | 'entities' | 'attachments' | 'replyTo'>;

/** The part of localStorage that the outbox uses. One key for each message, so that two tabs do not overwrite each other. */
export interface KeyValueStorage {
  readonly length: number;
  key(index: number): string | null;
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

export interface OutboxOptions {
  readonly storage: KeyValueStorage;
  /** Tells the users of one browser apart. */
  readonly prefix: string;
  readonly send: (chat: number, message: OutgoingMessage) => Promise<Message>;
  readonly onChange: (items: readonly OutboxItem[]) => void;
  /** Called before the item leaves the outbox, so that the message never vanishes in between. */
  readonly onSent: (message: Message, nonce: string) => void;
  readonly makeNonce?: () => string;
  readonly timers?: Timers;
  readonly random?: () => number;
}

/** Tries without an answer before a message shows as "not sent"; it is tried again when the connection returns. */
const NETWORK_TRIES = 3;
const LONGEST_PAUSE_SECONDS = 60;

/** Messages on their way to the server: kept across reloads, sent in order within each chat. */
export class Outbox {
  private items: OutboxItem[] = [];
  private readonly busy = new Set<number>();
  private readonly tries = new Map<string, number>();
  private readonly pauses = new Set<unknown>();
  private closed = false;
  private readonly timers: Timers;
  private readonly random: () => number;
  private readonly makeNonce: () => string;

  constructor(private readonly options: OutboxOptions) {
    this.timers = options.timers ?? systemTimers;
    this.random = options.random ?? Math.random;
    this.makeNonce = options.makeNonce ?? randomNonce;
    this.items = this.load();
  }

  get all(): readonly OutboxItem[] {
    return this.items;
  }

  add(draft: Draft): OutboxItem {
    const item: OutboxItem = {
      ...draft,
      nonce: this.makeNonce(),
      // Strictly growing, so that messages of one millisecond keep their order across a reload.
      createdAt: Math.max(this.timers.now(), ...this.items.map((other) => other.createdAt + 1)),
      state: 'pending',
      error: null,
      errorMessage: null,
    };
    this.save(item);
    this.change([...this.items, item]);
    void this.drain(item.chat);
    return item;
  }

  /** The person pressed "retry": the same nonce goes out again. */
  retry(nonce: string): void {
    const item = this.items.find((other) => other.nonce === nonce);
    if (!item || item.state !== 'failed') return;
    this.tries.delete(nonce);
    this.replace({ ...item, state: 'pending', error: null, errorMessage: null });
    void this.drain(item.chat);
  }

  discard(nonce: string): void {
    this.forget(nonce);
  }

  /** The message came back by the event log, maybe before the answer to the request. */
  acknowledge(nonce: string): void {
    this.forget(nonce);
  }

  /** The connection is there: sends what waits, and what failed only for want of it. */
  resume(): void {
    const woken = this.items.map((item) =>
      item.state === 'failed' && item.error === 'network' ? { ...item, state: 'pending' as const, error: null } : item,
    );
    this.tries.clear();
    this.change(woken);
    for (const chat of new Set(this.items.map((item) => item.chat))) void this.drain(chat);
  }

  /** Stops sending and keeps everything stored. */
  close(): void {
    this.closed = true;
    for (const pause of this.pauses) this.timers.clear(pause);
    this.pauses.clear();
  }

  /** Forgets all messages, also the stored ones. */
  clear(): void {
    for (const item of this.items) this.options.storage.removeItem(this.key(item.nonce));
    this.change([]);
  }

  private async drain(chat: number): Promise<void> {
    if (this.busy.has(chat)) return;
    this.busy.add(chat);
    let pause: number | null = null;
    while (!this.closed && pause === null) {
      const item = this.items.find((other) => other.chat === chat && other.state === 'pending');
      if (!item) break;
      pause = await this.attempt(item);
    }
    this.busy.delete(chat);
    if (pause === null || this.closed) return;
    const handle = this.timers.set(pause, () => {
      this.pauses.delete(handle);
      void this.drain(chat);
    });
    this.pauses.add(handle);
  }

  /** Sends one item. Returns a pause in milliseconds when the same item must be tried again, null to go on. */
  private async attempt(item: OutboxItem): Promise<number | null> {
    try {
      const message = await this.options.send(item.chat, outgoing(item));
      this.options.onSent(message, item.nonce);
      this.forget(item.nonce);
      return null;
    } catch (error) {
      if (!this.items.some((other) => other.nonce === item.nonce)) return null;
      if (error instanceof ApiError && error.status === 429) {
        return Math.min(error.retryAfter ?? 1, LONGEST_PAUSE_SECONDS) * 1000;
      }
      // The session ended: what is unsent waits for the next one.
      if (error instanceof ApiError && error.status === 401) {
        this.close();
        return null;
      }
      if (error instanceof ApiError && error.status < 500) {
        this.replace({ ...item, state: 'failed', error: error.code, errorMessage: error.message || null });
        return null;
      }
      const tries = (this.tries.get(item.nonce) ?? 0) + 1;
      this.tries.set(item.nonce, tries);
      if (tries < NETWORK_TRIES) return backoffDelay(tries - 1, this.random());
      this.failChat(item.chat, error instanceof NetworkError || error instanceof ApiError ? error.message : null);
      return null;
    }
  }

  /** All that waits in the chat fails together: sending a later message first would change the order. */
  private failChat(chat: number, message: string | null): void {
    this.change(
      this.items.map((item) =>
        item.chat === chat && item.state === 'pending'
          ? { ...item, state: 'failed', error: 'network', errorMessage: message }
          : item,
      ),
    );
  }

  private replace(item: OutboxItem): void {
    this.save(item);
    this.change(this.items.map((other) => (other.nonce === item.nonce ? item : other)));
  }

  private forget(nonce: string): void {
    if (!this.items.some((item) => item.nonce === nonce)) return;
    this.tries.delete(nonce);
    this.options.storage.removeItem(this.key(nonce));
    this.change(this.items.filter((item) => item.nonce !== nonce));
  }

  private change(items: OutboxItem[]): void {
    this.items = items;
    this.options.onChange(items);
  }

  private key(nonce: string): string {
    return `${this.options.prefix}.${nonce}`;
  }

  private save(item: OutboxItem): void {
    try {
      this.options.storage.setItem(this.key(item.nonce), JSON.stringify(item));
    } catch {
      // Storage is full or forbidden: the message still goes out from memory.
    }
  }

  private load(): OutboxItem[] {
    const found: OutboxItem[] = [];
    const { storage, prefix } = this.options;
    for (let index = 0; index < storage.length; index += 1) {
      const key = storage.key(index);
      if (!key?.startsWith(`${prefix}.`)) continue;
      const item = parseItem(storage.getItem(key));
      if (item) found.push(item.error === 'network' || item.error === null ? { ...item, state: 'pending', error: null } : item);
    }
    return found.sort((a, b) => a.createdAt - b.createdAt || (a.nonce < b.nonce ? -1 : 1));
  }
}

function outgoing(item: OutboxItem): OutgoingMessage {
  return {
    text: item.text,
    nonce: item.nonce,
    ...(item.entities.length > 0 ? { entities: item.entities } : {}),
    ...(item.replyTo !== null ? { reply_to: item.replyTo } : {}),
    ...(item.attachments.length > 0 ? { attachments: item.attachments.map(({ file }) => ({ file })) } : {}),
  };
}

function parseItem(json: string | null): OutboxItem | null {
  try {
    const item = JSON.parse(json ?? 'null') as OutboxItem | null;
    const whole =
      item !== null &&
      typeof item.nonce === 'string' &&
      typeof item.chat === 'number' &&
      typeof item.text === 'string' &&
      typeof item.createdAt === 'number' &&
      Array.isArray(item.entities) &&
      Array.isArray(item.attachments);
    return whole ? item : null;
  } catch {
    return null;
  }
}

/** 128 random bits. `crypto.randomUUID` is missing on plain http outside localhost, `getRandomValues` is not. */
export function randomNonce(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
