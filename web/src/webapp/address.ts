/** Where a web mini-app is opened: the app, the group if it is bound to one, and what the link says to the app. */
export interface WebAddress {
  readonly app: string;
  readonly chat: number | null;
  readonly start: string | null;
}

/** Reads `/w/APP?chat=ID&start=PARAM`; null when it names no web mini-app. */
export function webAddressFrom(path: string, search: string): WebAddress | null {
  const [, app] = /^\/w\/([A-Za-z]\w{0,31})\/?$/.exec(path) ?? [];
  if (app === undefined) return null;
  const values = new URLSearchParams(search);
  const chat = values.get('chat') ?? '';
  return { app, chat: /^\d{1,15}$/.test(chat) ? Number(chat) : null, start: startParameter(values.get('start')) };
}

/** `webAddressFrom` reads it back. */
export function webPathOf({ app, chat, start }: WebAddress): string {
  const values = new URLSearchParams();
  if (chat !== null) values.set('chat', String(chat));
  if (start !== null) values.set('start', start);
  const search = values.toString();
  return `/w/${app}${search === '' ? '' : `?${search}`}`;
}

/** Null for what the server would refuse. */
export function startParameter(text: string | null | undefined): string | null {
  return text != null && /^[\w-]{1,512}$/.test(text) ? text : null;
}
