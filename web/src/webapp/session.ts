import type { Client } from '../client/client';
import { describe } from '../client/messages';
import { t } from '../i18n';
import { ApiError } from '../transport/errors';
import { randomNonce } from '../transport/outbox';
import type { WebAddress } from './address';
import { WebAppApi, type Launch, type Request } from './api';
import { ask } from './asking';
import { Invoices, type InvoiceStatus } from './invoices';
import { KeyboardGuard } from './keyboard';
import { Noise, Pace } from './limits';
import { read, write, type AppMessage, type BottomButton, type Fields, type PopupButton } from './protocol';
import { themeParams } from './theme';

/** What lies over the page and waits for the person; one at a time, drawn by the client. */
export type Question =
  | { readonly kind: 'popup'; readonly title: string; readonly message: string; readonly buttons: readonly PopupButton[] }
  | { readonly kind: 'link'; readonly url: string }
  | { readonly kind: 'close' };

export interface WebAppState {
  readonly launch: Launch | null;
  readonly error: string | null;
  /** The client has ended it, for what `error` says. */
  readonly stopped: boolean;
  /** The frame's address, launch data included; another one for each time that it is loaded. */
  readonly src: string | null;
  readonly loads: number;
  /** The page is there, whether it says that it is ready or not. */
  readonly loaded: boolean;
  readonly ready: boolean;
  readonly main: BottomButton | null;
  readonly secondary: BottomButton | null;
  readonly back: boolean;
  readonly settings: boolean;
  readonly confirmsClosing: boolean;
  readonly ground: string | null;
  readonly question: Question | null;
}

const COMPLAINT_MS = 1_000;

const FRESH = {
  loaded: false,
  ready: false,
  main: null,
  secondary: null,
  back: false,
  settings: false,
  confirmsClosing: false,
  ground: null,
  question: null,
} as const;

/** One web mini-app that is open. It hears only what its own frame says, and decides nothing that is the person's. */
export class WebAppSession {
  private state: WebAppState = { launch: null, error: null, stopped: false, src: null, loads: 0, ...FRESH };
  private readonly listeners = new Set<() => void>();
  private readonly api: WebAppApi;
  private frame: HTMLIFrameElement | null = null;
  private origin = '';
  private over = false;
  private noise = new Noise();
  private complained = -Infinity;
  private readonly asking = new Set<Request>();
  private readonly pace = new Pace();
  private readonly invoices: Invoices;
  readonly guard = new KeyboardGuard((field) => this.robbed(field));

  constructor(
    private readonly client: Client,
    readonly address: WebAddress,
    private readonly onClose: () => void,
  ) {
    this.api = new WebAppApi(client.rest, () => this.pace.turn());
    this.invoices = new Invoices(client, address.app);
    window.addEventListener('message', this.hear);
    void this.load();
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly get = (): WebAppState => this.state;

  /** Launch data is made anew each time: it says when it was made. */
  async load(): Promise<void> {
    this.set({ error: null, stopped: false, src: null, ...FRESH });
    this.asking.clear();
    try {
      const { app, chat, start } = this.address;
      const launch = await this.api.launch(app, chat, start);
      if (this.over) return;
      this.origin = new URL(launch.url).origin;
      const data = Object.entries({
        tgWebAppData: launch.init_data,
        tgWebAppVersion: '8.0',
        tgWebAppPlatform: 'web',
        tgWebAppThemeParams: JSON.stringify(themeParams()),
      });
      const fragment = data.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&');
      this.set({ launch, src: `${launch.url}#${fragment}`, loads: this.state.loads + 1 });
    } catch (error) {
      if (!this.over) this.set({ error: describe(error) });
    }
  }

  /** The session is over; nothing is heard any more. */
  end(): void {
    this.over = true;
    window.removeEventListener('message', this.hear);
    this.guard.end();
    this.pace.end();
    this.invoices.leave();
  }

  readonly arrived = (): void => this.set({ loaded: true });

  readonly attach = (frame: HTMLIFrameElement | null): void => {
    this.frame = frame;
    this.noise = new Noise();
    this.guard.watch(frame);
  };

  /** The person presses what the client draws for the app. */
  press(event: 'main_button_pressed' | 'secondary_button_pressed' | 'back_button_pressed' | 'settings_button_pressed'): void {
    this.invoices.resume();
    // What the app has asked comes first.
    if (!this.state.question) this.tell(event);
  }

  answer(button: string | null): void {
    const { question } = this.state;
    if (question?.kind === 'popup' && button !== null) this.invoices.resume();
    this.set({ question: null });
    if (question?.kind === 'popup') this.tell('popup_closed', button === null ? {} : { button_id: button });
    if (question?.kind === 'close' && button !== null) this.onClose();
  }

  /** By the person. What the app says is not saved is asked about. */
  close(): void {
    const { confirmsClosing, question } = this.state;
    if (!confirmsClosing || question?.kind === 'close') return this.onClose();
    // The page's own question gives way.
    if (question?.kind === 'popup') this.tell('popup_closed');
    this.set({ question: { kind: 'close' } });
  }

  dressed(): void {
    this.tell('theme_changed', { theme_params: themeParams() });
  }

  private readonly hear = ({ source, origin, data }: MessageEvent): void => {
    if (!this.frame?.contentWindow || source !== this.frame.contentWindow || origin !== this.origin) return;
    // Before it is read: reading is what takes the time.
    if (this.noise.hears(data)) return this.stop(t('webapp.stopped.noise', { app: this.title }));
    const message = read(data);
    if (message) this.take(message);
  };

  private take(message: AppMessage): void {
    switch (message.type) {
      case 'ready':
        return this.set({ ready: true });
      case 'close':
        return this.onClose();
      case 'theme':
        return this.dressed();
      case 'viewport':
        return this.tell('viewport_changed', { height: this.frame?.clientHeight ?? 0, is_expanded: true, is_state_stable: true });
      case 'button':
        return this.set(message.which === 'main' ? { main: message.button } : { secondary: message.button });
      case 'back':
        return this.set({ back: message.on });
      case 'settings':
        return this.set({ settings: message.on });
      case 'closing':
        return this.set({ confirmsClosing: message.on });
      case 'ground':
        return this.set({ ground: message.color });
      case 'haptic':
        if ('vibrate' in navigator) navigator.vibrate(10);
        return;
      case 'popup':
        if (this.state.question) return this.tell('popup_closed');
        return this.set({ question: { ...message, kind: 'popup' } });
      case 'link':
        // Nothing opens before the person has seen where it leads and has agreed.
        if (!this.state.question) this.set({ question: { kind: 'link', url: message.url } });
        return;
      case 'data':
        return void this.send(message.data);
      case 'invoice':
        return void this.pay(message.slug);
      case 'write':
        return void this.ask('write_access', 'write_access_requested', 'allowed');
      case 'phone':
        return void this.ask('contact', 'phone_requested', 'sent');
      case 'clipboard':
        return this.tell('clipboard_text_received', { req_id: message.request });
      case 'method':
        return void this.invoke(message.request, message.method, message.params);
    }
  }

  private async send(data: string): Promise<void> {
    const { launch } = this.state;
    if (!launch) return;
    try {
      await this.api.send(this.address.app, launch.chat, data, randomNonce());
      if (this.over) return;
      this.onClose();
      // What the app answers comes there.
      if (this.client.store.get().chats[launch.chat]) this.client.chats.open(launch.chat);
    } catch (error) {
      this.complain(error);
    }
  }

  /** The person is asked by the host, with the app's reason. The page learns whether they agreed, the app what they gave. */
  private async ask(request: Request, event: string, agreed: string): Promise<void> {
    const { launch, loads } = this.state;
    let status = 'cancelled';
    if (launch && !this.asking.has(request)) {
      this.asking.add(request);
      try {
        if (await ask(this.client, this.api, launch, request)) status = agreed;
      } catch (error) {
        this.complain(error);
      } finally {
        if (loads === this.state.loads) this.asking.delete(request);
      }
    }
    // A page that was loaded anew has not asked.
    if (loads === this.state.loads) this.tell(event, { status });
  }

  private async pay(slug: string): Promise<void> {
    const { loads } = this.state;
    let status: InvoiceStatus = 'failed';
    try {
      await this.pace.turn();
      status = await this.invoices.pay(slug);
    } catch (error) {
      this.complain(error);
    }
    if (loads === this.state.loads) this.tell('invoice_closed', { slug, status });
  }

  /** What is kept for the app is asked for by the client, with the person's session. */
  private async invoke(request: string, method: string, params: Fields): Promise<void> {
    const { app } = this.address;
    const key = typeof params['key'] === 'string' ? params['key'] : '';
    const keys = Array.isArray(params['keys']) ? params['keys'].filter((one): one is string => typeof one === 'string') : [];
    const run = async (): Promise<unknown> => {
      switch (method) {
        case 'saveStorageValue':
          await this.api.keep(app, key, typeof params['value'] === 'string' ? params['value'] : '');
          return true;
        case 'getStorageValues':
          return this.api.values(app, keys);
        case 'deleteStorageValues':
          for (const one of keys) await this.api.remove(app, one);
          return true;
        case 'getStorageKeys':
          return this.api.keys(app);
        default:
          throw new ApiError(400, 'METHOD_UNSUPPORTED', method, null);
      }
    };
    try {
      this.tell('custom_method_invoked', { req_id: request, result: await run() });
    } catch (error) {
      this.tell('custom_method_invoked', { req_id: request, error: error instanceof ApiError ? error.code : 'unavailable' });
    }
  }

  private get title(): string {
    return this.state.launch?.app.title ?? this.address.app;
  }

  /** The app has taken the keyboard from what the person was writing in. */
  private robbed(field: HTMLElement | null): void {
    const isPaying = this.client.money.sheet() !== null;
    this.stop(t('webapp.stopped.keyboard', { app: this.title }));
    // What was typed of a PIN goes with its sheet. Anything else is written on.
    if (isPaying) this.client.money.open(null);
    else field?.focus({ preventScroll: true });
  }

  /** Ends the page at once: what it does until the next time that anything is drawn is too much. */
  private stop(error: string): void {
    const { frame } = this;
    this.attach(null);
    frame?.remove();
    this.pace.end();
    this.invoices.leave();
    this.set({ error, stopped: true, src: null, ...FRESH });
  }

  /** An app that fails over and over does not cover the client with it. */
  private complain(error: unknown): void {
    // For its developer, and nothing that the person could mend.
    if (error instanceof ApiError && error.code === 'capability_missing') {
      console.warn(`${this.address.app}: ${error.message}`);
      return;
    }
    if (performance.now() - this.complained < COMPLAINT_MS) return;
    this.complained = performance.now();
    this.client.toastError(error);
  }

  private tell(event: string, data: Fields = {}): void {
    if (!this.over) this.frame?.contentWindow?.postMessage(write(event, data), this.origin);
  }

  private set(change: Partial<WebAppState>): void {
    this.state = { ...this.state, ...change };
    for (const listener of [...this.listeners]) listener();
  }
}
