import type { Client } from '../client/client';
import type { ServerEvent } from '../model';
import { MoneyApi } from './api';

export type Kind = 'payment' | 'bill' | 'subscription';

/** What the sheet is open for; it lies over everything, and only one at a time. */
export interface Asked {
  readonly kind: 'payment' | 'subscription';
  readonly id: number;
}

/** Payments and what belongs to them: fetched when they are shown, and again when an event says that they changed. */
export class Money {
  readonly api: MoneyApi;
  private readonly known = new Map<string, unknown>();
  private readonly loading = new Set<string>();
  private readonly listeners = new Set<() => void>();
  private openSheet: Asked | null = null;
  /** Counts what happened to the wallet, so that its page loads anew. */
  private changes = 0;

  constructor(client: Client) {
    this.api = new MoneyApi(client.rest);
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly sheet = (): Asked | null => this.openSheet;
  readonly walletChanges = (): number => this.changes;

  /** Undefined until it has been loaded; null when there is none that the person may see. */
  get<T>(kind: Kind, id: number): T | null | undefined {
    const key = `${kind} ${id}`;
    if (!this.known.has(key)) void this.load(kind, id);
    return this.known.get(key) as T | null | undefined;
  }

  /** What a call has just answered. */
  put(kind: Kind, id: number, value: unknown): void {
    this.known.set(`${kind} ${id}`, value);
    this.tell();
  }

  open(asked: Asked | null): void {
    this.openSheet = asked;
    this.tell();
  }

  after(event: ServerEvent): void {
    const { id } = event.data as { id?: number };
    if (event.type === 'wallet.updated') this.changes += 1;
    else if (event.type === 'subscription.updated' && id !== undefined) this.refresh('subscription', id);
    else if (event.type === 'payment.updated' && id !== undefined) {
      this.refresh('payment', id);
      // A bill is as its payments are.
      for (const key of [...this.known.keys()]) if (key.startsWith('bill ')) this.refresh('bill', Number(key.slice(5)));
    } else return;
    this.changes += event.type === 'wallet.updated' ? 0 : 1;
    this.tell();
  }

  /** Who signs out takes everything along. */
  reset(): void {
    this.known.clear();
    this.openSheet = null;
    this.tell();
  }

  private refresh(kind: Kind, id: number): void {
    if (this.known.has(`${kind} ${id}`)) void this.load(kind, id, true);
  }

  private async load(kind: Kind, id: number, again = false): Promise<void> {
    const key = `${kind} ${id}`;
    if (this.loading.has(key) && !again) return;
    this.loading.add(key);
    try {
      const { api } = this;
      this.put(kind, id, await (kind === 'payment' ? api.payment(id) : kind === 'bill' ? api.bill(id) : api.subscription(id)));
    } catch {
      // It is drawn as text alone until the next event about it, or until it is asked for again.
      if (!this.known.has(key)) this.put(kind, id, null);
    } finally {
      this.loading.delete(key);
    }
  }

  private tell(): void {
    for (const listener of this.listeners) listener();
  }
}
