// A server in the page: enough of the client API for one person, one app and one group, and the frames of mini-apps.
import type { ClientFrame, Node, PatchStep } from '../../src/miniapp/node';
import { act, draw, type Session } from './app';

const me = { id: 1, name: 'alice', display: 'Alice Lane', bot: false };
const bob = { id: 2, name: 'bob', display: 'Bob', bot: false };
const app = { id: 7, name: 'gallery', display: 'Gallery', bot: true, miniapp: true };
const now = Date.now();

const message = (id: number, chat: number, from: object, text: string, more: object = {}): object => ({
  id,
  chat,
  from,
  date: now - (10 - id) * 60_000,
  text,
  entities: [],
  attachments: [],
  buttons: [],
  ...more,
});
const opens = [[{ id: 'o', text: 'Open the inputs', url: 'stoa:a/gallery/inputs?from=chat' }]];
const messages: Readonly<Record<number, readonly object[]>> = {
  10: [message(2, 10, app, 'Welcome! All that I can show is behind this button.',
    { buttons: opens }), message(1, 10, me, '/start')],
  11: [message(4, 11, app, 'A poll for the group.', { buttons: opens }), message(3, 11, bob, 'Where shall we go?')],
};
const chat = (id: number, more: object): object => ({
  id,
  kind: 'direct',
  title: 'Gallery',
  role: 'member',
  members: 2,
  peer: app,
  last_message: messages[id]![0],
  unread: 0,
  read_up_to: 9,
  peer_read_up_to: 9,
  ...more,
});
const chats = [chat(10, {}), chat(11, { kind: 'group', title: 'Friends', members: 3, peer: null })];

const svg = (color: string): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 200"><rect width="320" height="200" fill="${color}"/>` +
  '<circle cx="248" cy="52" r="26" fill="#fff4"/><path d="M0 200L90 90l70 80 50-56 110 86z" fill="#0003"/></svg>';

function answer(path: string): unknown {
  if (path === '/v1/me') return { ...me, language: null };
  if (path.startsWith('/v1/events')) return { last: 0 };
  if (path.startsWith('/v1/chats?')) return { chats, next: null };
  if (/^\/v1\/chats\/\d+\/messages/.test(path)) return { messages: messages[Number(path.split('/')[3])] };
  if (path.endsWith('/members')) return { members: [me, bob, app].map((user) => ({ user, role: 'member' })) };
  if (path.startsWith('/v1/chats/')) return chats.find((one) => (one as { id: number }).id === Number(path.split('/')[3]));
  if (path === '/v1/bots') return { bots: [{ ...app, description: '', commands: [] }] };
  if (path === '/v1/consents') return { consents: [] };
  if (path === '/v1/grants') return { grants: [] };
  if (path.startsWith('/v1/uses')) return { uses: [] };
  return {};
}

window.fetch = async (input) => {
  const path = String(input);
  const asset = /\/assets\/(\w+)\.svg$/.exec(path);
  if (asset) return new Response(new Blob([svg(asset[1] === 'lake' ? '#3d7a8c' : '#8a6d2f')], { type: 'image/svg+xml' }));
  if (path.includes('/assets/')) return new Response('{"error":{"code":"not_found"}}', { status: 404 });
  return new Response(JSON.stringify(answer(path)));
};

class StandInSocket {
  onopen: ((event: unknown) => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  private readonly views = new Map<string, Session & { version: number; tree: Node }>();
  private readonly done = new Set<string>();

  constructor() {
    const { offline = false } = window as { offline?: boolean };
    setTimeout(() => (offline ? this.onclose?.({ code: 1006 }) : this.onopen?.({})), 30);
    Object.assign(window, { breakStream: () => this.onclose?.({ code: 1006 }), sent });
  }

  close(): void {
    this.onopen = this.onmessage = this.onclose = null;
  }

  send(text: string): void {
    const frame = JSON.parse(text) as ClientFrame;
    sent.push(frame);
    setTimeout(() => this.take(frame), 60);
  }

  private say(data: object): void {
    this.onmessage?.({ data: JSON.stringify({ type: 'miniapp.view', data }) });
  }

  private take(frame: ClientFrame): void {
    const { view } = frame;
    if (frame.op === 'view.open') {
      const page = frame.page ?? 'home';
      const session = { page, query: frame.query, windows: {} };
      const tree = draw(session);
      if (!tree) return this.say({ view, error: { code: 'app_failed',
        message: 'The app has made a mistake in its page.' } });
      this.views.set(view, { ...session, version: 1, tree });
      return this.say({ view, tree, version: 1, page, app: frame.app, chat: frame.chat ?? 10 });
    }
    const open = this.views.get(view);
    if (!open) return;
    if (frame.op === 'view.window') {
      open.windows[frame.key] = { from: frame.from, count: frame.count };
      this.redraw(view);
    } else if (frame.op === 'view.act') {
      const { nonce } = frame;
      const result = this.done.has(nonce) ? {} : act(open, frame);
      this.done.add(nonce);
      setTimeout(() => {
        for (const each of this.views.keys()) this.redraw(each);
        this.say({ view, ...result, acted: nonce });
      }, result.slow ?? 80);
    }
  }

  /** Sends what has changed of a page, child by child. */
  private redraw(view: string): void {
    const open = this.views.get(view)!;
    const next = draw(open)!;
    const patch: PatchStep[] = [];
    const [before, after] = [open.tree.n ?? [], next.n ?? []];
    if (before.length !== after.length) patch.push(['r', [], next]);
    else after.forEach((child, index) => JSON.stringify(child) !== JSON.stringify(before[index]) && patch.push(['r',
      [index], child]));
    if (patch.length === 0) return;
    open.tree = next;
    open.version += 1;
    this.say({ view, patch, from: open.version - 1, version: open.version });
  }
}

const sent: ClientFrame[] = [];
(window as { WebSocket: unknown }).WebSocket = StandInSocket;
localStorage.setItem('stoa.session', JSON.stringify({ token: 'token', user: me }));
