import type { User } from '../model';
import type { KeyValueStorage } from '../transport/outbox';

const SESSION = 'stoa.session';

export interface Session {
  readonly token: string;
  readonly user: User;
}

export function loadSession(storage: KeyValueStorage): Session | null {
  try {
    const session = JSON.parse(storage.getItem(SESSION) ?? 'null') as Session | null;
    return typeof session?.token === 'string' && typeof session.user?.id === 'number' ? session : null;
  } catch {
    return null;
  }
}

export function saveSession(storage: KeyValueStorage, session: Session | null): void {
  if (session) storage.setItem(SESSION, JSON.stringify(session));
  else storage.removeItem(SESSION);
}

export const outboxPrefix = (user: number): string => `stoa.outbox.${user}`;

const draftsKey = (user: number): string => `stoa.drafts.${user}`;

export function loadDrafts(storage: KeyValueStorage, user: number): Readonly<Record<string, string>> {
  try {
    const drafts: unknown = JSON.parse(storage.getItem(draftsKey(user)) ?? '{}');
    return typeof drafts === 'object' && drafts !== null ? (drafts as Record<string, string>) : {};
  } catch {
    return {};
  }
}

export function saveDrafts(storage: KeyValueStorage, user: number, drafts: Readonly<Record<string, string>>): void {
  if (Object.keys(drafts).length > 0) storage.setItem(draftsKey(user), JSON.stringify(drafts));
  else storage.removeItem(draftsKey(user));
}

/** localStorage, or memory where the browser forbids it. */
export function browserStorage(): KeyValueStorage {
  try {
    localStorage.setItem('stoa.probe', '1');
    localStorage.removeItem('stoa.probe');
    return localStorage;
  } catch {
    return memoryStorage();
  }
}

export function memoryStorage(): KeyValueStorage {
  const values = new Map<string, string>();
  return {
    get length() {
      return values.size;
    },
    key: (index) => [...values.keys()][index] ?? null,
    getItem: (key) => values.get(key) ?? null,
    setItem: (key, value) => void values.set(key, value),
    removeItem: (key) => void values.delete(key),
  };
}
