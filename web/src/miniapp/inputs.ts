import type { KeyValueStorage } from '../transport/outbox';

/** What was typed, and over which value of the tree. */
interface Typed {
  readonly value: unknown;
  /** The tree's value then, as JSON: when it changes, the app has set another one. */
  readonly base: string;
}

const PREFIX = 'stoa.mini.';
const SAVE_AFTER_MS = 250;
/** What a page keeps across a reload; more is kept only as long as the page lives. */
const MOST_KEPT = 200_000;

/** What people have typed into one page. It outlives redraws, reconnects, and in sessionStorage a reload of the client. */
export class Inputs {
  private readonly typed = new Map<string, Typed>();
  private readonly listeners = new Set<() => void>();
  private timer: ReturnType<typeof setTimeout> | null = null;

  constructor(
    private key: string,
    private readonly storage: KeyValueStorage | null,
  ) {
    this.load();
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** What was typed there, unless the tree's own value is another one by now. The same object as long as nothing changes. */
  typedAt(id: string, treeValue: unknown): { readonly value: unknown } | undefined {
    const typed = this.typed.get(id);
    return typed && typed.base === written(treeValue) ? typed : undefined;
  }

  set(id: string, value: unknown, treeValue: unknown): void {
    this.typed.set(id, { value, base: written(treeValue) });
    this.changed();
  }

  forget(id: string): void {
    if (this.typed.delete(id)) this.changed();
  }

  /** Forgets these, such as those of a form that was sent; those typed anew since are kept. */
  clear(sent: Readonly<Record<string, unknown>>): void {
    for (const [id, value] of Object.entries(sent)) {
      const typed = this.typed.get(id);
      if (typed && written(typed.value) === written(value)) this.typed.delete(id);
    }
    this.changed();
  }

  /** The page is shown with another query: what was typed goes along. */
  moveTo(key: string): void {
    if (key === this.key) return;
    try {
      this.storage?.removeItem(this.key);
    } catch {
      // As when it is written.
    }
    this.key = key;
    this.save();
  }

  /** Writes what is to be kept, now. */
  save(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    if (!this.storage) return;
    try {
      const text = JSON.stringify([...this.typed]);
      if (this.typed.size === 0 || text.length > MOST_KEPT) this.storage.removeItem(this.key);
      else this.storage.setItem(this.key, text);
    } catch {
      // Storage is full or forbidden: the values live as long as the page.
    }
  }

  private load(): void {
    try {
      const kept: unknown = JSON.parse(this.storage?.getItem(this.key) ?? '[]');
      if (!Array.isArray(kept)) return;
      for (const [id, entry] of kept as [string, Typed][]) if (typeof entry?.base === 'string') this.typed.set(id, entry);
    } catch {
      // Not ours, or half written: as if there were nothing.
    }
  }

  private changed(): void {
    if (this.storage) this.timer ??= setTimeout(() => this.save(), SAVE_AFTER_MS);
    for (const listener of [...this.listeners]) listener();
  }
}

/** Where the values of a page are kept: views have other names after a reload, apps and pages the same. */
export function inputsKey(app: string, chat: number | null, page: string, query: Readonly<Record<string, string>>): string {
  return `${PREFIX}${app} ${chat ?? ''} ${page}?${new URLSearchParams(query).toString()}`;
}

/** Nobody finds another person's words after signing out. */
export function forgetInputs(storage: KeyValueStorage): void {
  const keys: string[] = [];
  for (let index = 0; index < storage.length; index += 1) {
    const key = storage.key(index);
    if (key?.startsWith(PREFIX)) keys.push(key);
  }
  for (const key of keys) storage.removeItem(key);
}

const written = (value: unknown): string => JSON.stringify(value ?? null);
