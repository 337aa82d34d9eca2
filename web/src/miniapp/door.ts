import type { Client } from '../client/client';

/** An app that waits to be let in. */
export interface Visitor {
  readonly app: string;
  readonly open: () => void;
}

/**
 * Any page can lead the browser to the address of an app, and an app learns who has opened it. So one that the person has never
 * used is opened from there only when they agree.
 */
export class Door {
  private visitor: Visitor | null = null;
  private readonly listeners = new Set<() => void>();

  constructor(private readonly client: Client) {}

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly waiting = (): Visitor | null => this.visitor;

  /** False when the app may be opened without a question; else `open` is called once the person agrees. */
  holds(app: string, chat: number | null, open: () => void): boolean {
    const { chats } = this.client.store.get();
    if (chat !== null && chats[chat]) return false;
    if (Object.values(chats).some(({ kind, peer }) => kind === 'direct' && peer?.name === app)) return false;
    this.set({ app, open });
    return true;
  }

  answer(agrees: boolean): void {
    const { visitor } = this;
    this.forget();
    if (agrees) visitor?.open();
    else history.replaceState(null, '', `/${location.hash}`);
  }

  /** Another address, or another app that the person opens. */
  forget(): void {
    if (this.visitor) this.set(null);
  }

  private set(visitor: Visitor | null): void {
    this.visitor = visitor;
    for (const listener of [...this.listeners]) listener();
  }
}
