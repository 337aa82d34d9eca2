import { adoptLanguage, locale } from '../i18n';
import type { Chat, ServerEvent, User } from '../model';
import type { Store } from '../state/store';
import { ApiError } from '../transport/errors';
import { FileCache } from '../transport/files';
import { Outbox, type KeyValueStorage } from '../transport/outbox';
import { backoffDelay } from '../transport/backoff';
import { Rest } from '../transport/rest';
import { EventStream, openBrowserSocket, type StreamState } from '../transport/stream';
import { ChatActions } from './chatActions';
import { describe } from './messages';
import { Door } from '../miniapp/door';
import { MiniApps } from '../miniapp/views';
import { Money } from '../money/live';
import { WebApps } from '../webapp/webapps';
import { Navigation } from './navigation';
import { Permission } from './permission';
import { Presence } from './presence';
import { loadDrafts, loadSession, outboxPrefix, saveDrafts, saveSession } from './storage';
import { Uploads } from './uploads';

const TYPING_CHECK_MS = 1_000;
const TOAST_MS = 5_000;
/** After this long in the background the connection may be dead without a word. */
const HIDDEN_TOO_LONG_MS = 60_000;

/** Owns the session: signing in and out, loading, following the event log. What a person does in chats is in `chats`. */
export class Client {
  readonly rest: Rest;
  readonly files: FileCache;
  readonly chats: ChatActions;
  readonly navigation = new Navigation(this);
  readonly uploads = new Uploads(this);
  readonly presence = new Presence(this);
  readonly permission = new Permission(this);
  readonly money: Money;
  readonly door = new Door(this);
  readonly miniapps: MiniApps;
  readonly webapps: WebApps;
  private readonly stream: EventStream;
  private outbox: Outbox | null = null;
  private loads = 0;
  private toasts = 0;
  private hiddenSince: number | null = null;

  constructor(
    readonly store: Store,
    private readonly storage: KeyValueStorage,
  ) {
    this.rest = new Rest({ language: locale, onUnauthorized: () => this.endSession(true) });
    this.files = new FileCache(this.rest);
    this.money = new Money(this);
    this.stream = new EventStream({
      lastSeq: () => store.get().lastSeq,
      open: (after) => openBrowserSocket(this.rest.token ?? '', after),
      onEvents: (events) => this.takeEvents(events),
      onFrame: (frame) => this.miniapps.take(frame),
      onState: (state) => this.showConnection(state),
      // An ordinary call tells whether the session has ended: its 401 leads to the sign-in page.
      onRefused: () => void this.rest.me().catch(() => undefined),
      onLogChanged: () => void this.load(),
    });
    this.miniapps = new MiniApps(this, (frame) => this.stream.send(frame));
    this.webapps = new WebApps(this);
    this.chats = new ChatActions(this, () => this.outbox);
  }

  /** Takes up the stored session, or shows the sign-in page. */
  start(): void {
    const session = loadSession(this.storage);
    if (session) this.beginSession(session.token, session.user);
    else this.store.dispatch({ type: 'signedOut', ended: false });
    setInterval(() => this.store.dispatch({ type: 'clock', now: Date.now() }), TYPING_CHECK_MS);
    window.addEventListener('online', () => this.stream.hurry());
    window.addEventListener('offline', () => this.stream.renew());
    window.addEventListener('pagehide', () => {
      this.keepDrafts();
      this.miniapps.keep();
    });
    document.addEventListener('visibilitychange', () => this.visibilityChanged());
    window.addEventListener('storage', (event) => this.otherTab(event));
  }

  /** `code`: an operator has reset the sign-in, and the password is the new one. */
  async signIn(name: string, password: string, code: string | null = null): Promise<void> {
    const { token, user } =
      code === null ? await this.rest.signIn(name, password) : await this.rest.resetSignIn(name, code, password);
    saveSession(this.storage, { token, user });
    this.beginSession(token, user);
  }

  /** Ends the session here at once; the server is told when it can be reached. */
  signOut(): void {
    this.rest.signOut().catch(() => undefined);
    const me = this.store.get().me;
    this.outbox?.clear();
    if (me) saveDrafts(this.storage, me.id, {});
    this.endSession(false);
  }

  toast(kind: 'info' | 'error' | 'alert', text: string): void {
    this.toasts += 1;
    const id = this.toasts;
    this.store.dispatch({ type: 'toast', toast: { id, kind, text } });
    if (kind !== 'alert') setTimeout(() => this.store.dispatch({ type: 'toastGone', id }), TOAST_MS);
  }

  toastError(error: unknown): void {
    // The sign-in page says it already.
    if (error instanceof ApiError && error.status === 401) return;
    this.toast('error', describe(error));
  }

  private beginSession(token: string, user: User): void {
    this.rest.token = token;
    this.outbox?.close();
    this.store.dispatch({ type: 'loading', me: user });
    this.outbox = new Outbox({
      storage: this.storage,
      prefix: outboxPrefix(user.id),
      send: (chat, message) => this.rest.send(chat, message),
      onChange: (items) => this.store.dispatch({ type: 'outbox', items }),
      onSent: (message) => this.store.dispatch({ type: 'message', message }),
    });
    this.store.dispatch({ type: 'outbox', items: this.outbox.all });
    for (const [chat, text] of Object.entries(loadDrafts(this.storage, user.id))) {
      this.store.dispatch({ type: 'composing', chat: Number(chat), change: { text } });
    }
    void this.load();
  }

  /** Loads chats, then follows the log from just before them. Tries until it succeeds or the session ends. */
  private async load(): Promise<void> {
    this.loads += 1;
    const load = this.loads;
    for (let attempt = 0; load === this.loads && this.rest.token; attempt += 1) {
      try {
        // The end of the log comes first: what happens while the chats load is then told twice rather than never.
        const lastSeq = await this.rest.lastSeq();
        const [me, chats] = await Promise.all([this.rest.me(), this.rest.chats()]);
        if (load !== this.loads) return;
        // Not in the middle of using the page: then the next visit shows it.
        if (this.store.get().phase !== 'ready' && adoptLanguage(me.language ?? null)) return location.reload();
        this.store.dispatch({ type: 'loaded', me, chats, lastSeq });
        break;
      } catch {
        if (load !== this.loads || !this.rest.token) return;
        this.store.dispatch({ type: 'loadFailed' });
        await new Promise((resolve) => setTimeout(resolve, backoffDelay(attempt, Math.random())));
      }
    }
    if (load !== this.loads || !this.rest.token) return;
    this.stream.start();
    this.outbox?.resume();
    this.presence.reset();
    this.chats.reload();
    void this.permission.refresh();
  }

  private takeEvents(events: readonly ServerEvent[]): void {
    const before = this.store.get();
    this.store.dispatch({ type: 'events', events, now: Date.now() });
    const after = this.store.get();
    if (after.outOfStep && !before.outOfStep) {
      this.stream.stop();
      void this.load();
      return;
    }
    for (const event of events) {
      if (event.seq !== undefined && event.seq <= before.lastSeq) continue;
      try {
        this.chats.after(event);
        this.permission.after(event);
        this.money.after(event);
        this.miniapps.after(event);
      } catch (error) {
        console.error(`stoa: event ${event.seq ?? ''} ${event.type} could not be followed up`, error);
      }
    }
  }

  private showConnection(state: StreamState): void {
    const connection = state === 'online' ? 'online' : navigator.onLine ? 'connecting' : 'offline';
    this.store.dispatch({ type: 'connection', connection });
    this.miniapps.connected(state === 'online');
    if (state !== 'online') return;
    this.outbox?.resume();
    this.presence.resendReads();
  }

  private visibilityChanged(): void {
    if (document.hidden) {
      this.hiddenSince = Date.now();
      this.keepDrafts();
      return;
    }
    if (this.hiddenSince !== null && Date.now() - this.hiddenSince > HIDDEN_TOO_LONG_MS) this.stream.renew();
    else this.stream.hurry();
    this.hiddenSince = null;
  }

  /** Another tab of this browser signed in or out. */
  private otherTab(event: StorageEvent): void {
    if (event.key !== 'stoa.session' && event.key !== null) return;
    const session = loadSession(this.storage);
    if (session?.token === this.rest.token) return;
    if (!session && !this.rest.token) return;
    location.reload();
  }

  private keepDrafts(): void {
    const { me, composing, phase } = this.store.get();
    if (!me || phase !== 'ready') return;
    const drafts: Record<string, string> = {};
    for (const [chat, { text, aside, editing }] of Object.entries(composing)) {
      const draft = editing === null ? text : aside;
      if (draft.trim() !== '') drafts[chat] = draft;
    }
    try {
      saveDrafts(this.storage, me.id, drafts);
    } catch {
      // Storage is full: the drafts live as long as the page.
    }
  }

  private endSession(ended: boolean): void {
    this.money.reset();
    this.miniapps.reset();
    this.webapps.reset();
    this.door.forget();
    if (!this.rest.token) return;
    this.keepDrafts();
    this.rest.token = null;
    this.loads += 1;
    saveSession(this.storage, null);
    this.outbox?.close();
    this.outbox = null;
    this.stream.stop();
    this.files.clear();
    this.store.dispatch({ type: 'signedOut', ended });
  }

  /** A chat that the person made or opened: known at once, without waiting for its event. */
  takeChat(chat: Chat): void {
    this.store.dispatch({ type: 'chat', chat });
  }
}
