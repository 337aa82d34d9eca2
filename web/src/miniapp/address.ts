import type { Place } from './node';

/** Where a mini-app is opened: the app, its page, and the group if it is bound to one. */
export interface Address extends Place {
  readonly app: string;
  readonly chat: number | null;
}

const SCHEME = 'stoa:a/';

/** The address names the chat by this; an app's own parameter of the name is written behind a mark. */
const CHAT = 'chat';
const OWN = 'q.';
const isOwn = /^(?:q\.)*chat$/;

const escaped = (name: string): string => (isOwn.test(name) ? OWN + name : name);
const unescaped = (name: string): string => (name !== CHAT && isOwn.test(name) ? name.slice(OWN.length) : name);

/** Reads `/a/APP/PAGE?x=1&q.chat=2&chat=ID`, of which `q.chat` is the app's own `chat`; null when it names no mini-app. */
export function addressFrom(path: string, search: string): Address | null {
  const parts = path.split('/');
  if (parts[0] !== '' || parts[1] !== 'a') return null;
  return read(parts.slice(2), search);
}

/** Reads the address in a message's button: `stoa:a/APP/PAGE?x=1`. */
export function addressFromUrl(url: string): Address | null {
  if (!url.startsWith(SCHEME)) return null;
  const [path = '', ...search] = url.slice(SCHEME.length).split('#')[0]!.split('?');
  return read(path.split('/'), search.join('?'));
}

function read(parts: readonly string[], search: string): Address | null {
  const [app, page, ...rest] = parts.map(decoded);
  if (app === undefined || app === '' || rest.some((part) => part !== '')) return null;
  // A map, since the names are anybody's: `__proto__` is one like others.
  const query = new Map<string, string>();
  let chat: number | null = null;
  new URLSearchParams(search).forEach((value, key) => {
    if (key !== CHAT) query.set(unescaped(key), value);
    else if (/^\d{1,16}$/.test(value) && Number.isSafeInteger(Number(value))) chat = Number(value);
  });
  return { app, page: page === undefined || page === '' ? null : page, query: Object.fromEntries(query), chat };
}

/** The path and search of an address: `addressFrom` reads them back. */
export function pathOf({ app, page, query, chat }: Address): string {
  const values = new URLSearchParams(Object.entries(query).map(([name, value]) => [escaped(name), value]));
  if (chat !== null) values.set(CHAT, String(chat));
  const search = values.toString();
  const path = ['', 'a', encodeURIComponent(app), ...(page === null ? [] : [encodeURIComponent(page)])].join('/');
  return search === '' ? path : `${path}?${search}`;
}

/** A stray percent sign is taken as it is. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
