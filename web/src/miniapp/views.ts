import type { Client } from '../client/client';
import { describe } from '../client/messages';
import { preferred, t } from '../i18n';
import type { Message, ServerEvent } from '../model';
import { ApiError } from '../transport/errors';
import { randomNonce, type KeyValueStorage } from '../transport/outbox';
import type { StreamFrame } from '../transport/stream';
import { onThemeChange, shownTheme } from '../theme';
import { addressFrom, pathOf, type Address } from './address';
import { forgetInputs } from './inputs';
import type { ClientFrame, Failure, ViewFrame } from './node';
import { OpenView } from './openView';
import { samePlace, top } from './stack';

/** After an action, what the app asks to be paid for comes up by itself for so long. */
const PAY_SOON_MS = 60_000;

interface Shown {
  readonly address: Address;
  readonly view: OpenView;
  /** The entry of the browser's history before this app's is the client's own. */
  readonly pushed: boolean;
}

/** The mini-apps that are open on this device: one is shown, beside the chat or over it. The address follows it. */
export class MiniApps {
  private current: Shown | null = null;
  private online = false;
  /** The browser has moved already: no entry of the history is made. */
  private following = false;
  private readonly listeners = new Set<() => void>();

  constructor(
    private readonly client: Client,
    private readonly send: (frame: ClientFrame) => boolean,
  ) {
    onThemeChange(() => this.current?.view.take({ type: 'dressed', theme: shownTheme() }));
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly shown = (): OpenView | null => this.current?.view ?? null;

  /** Opens an app, or leads the one that is open there to another page. `known`: what kind of app it is need not be asked. */
  open(address: Address, known = this.knows(address.app)): void {
    if (!known) return this.learn(() => this.open(address, true));
    if (this.client.webapps.takes(address)) return;
    this.client.door.forget();
    const { current } = this;
    if (current && this.isFor(current, address)) {
      current.view.go({ page: address.page, query: address.query });
      return;
    }
    // Instead of another app: its entry in the history is taken over.
    const replaces = current !== null;
    const pushed = current?.pushed ?? true;
    current?.view.close();
    if (replaces) history.replaceState(mark(1), '', pathOf(address) + location.hash);
    else history.pushState(mark(1), '', pathOf(address) + location.hash);
    this.show(address, pushed);
    this.client.webapps.follow();
  }

  close(): void {
    const { current } = this;
    if (!current) return;
    const depth = current.view.get().stack.length;
    const isOurs = current.pushed && depthOf(history.state) === depth;
    current.view.close();
    if (isOurs) history.go(-depth);
    else history.replaceState(null, '', `/${location.hash}`);
    this.leave();
  }

  /** A page back, as the browser's own "back" does it. */
  back(): void {
    const { current } = this;
    if (!current) return;
    const depth = current.view.get().stack.length;
    if (depth > 1 && depthOf(history.state) === depth) history.back();
    else current.view.take({ type: 'back' });
  }

  /** Follows the browser's address: at the start, on "back", on a link. */
  follow(known = false): void {
    const address = addressFrom(location.pathname, location.search);
    const { current } = this;
    if (address && !(current && this.isFor(current, address))) {
      if (!known && !this.knows(address.app)) return this.learn(() => this.follow(true));
      if (this.client.webapps.takes(address, true)) return;
    }
    this.following = true;
    try {
      if (!address) {
        current?.view.close();
        if (current) this.leave();
      } else if (current && this.isFor(current, address)) {
        this.followWithin(current.view, address);
      } else {
        current?.view.close();
        const enter = (): void => {
          history.replaceState(mark(1), '');
          this.show(address, false);
        };
        if (!this.client.door.holds(address.app, address.chat, enter)) enter();
        else if (current) this.leave();
      }
    } finally {
      this.following = false;
    }
  }

  take(frame: StreamFrame): void {
    const view = this.current?.view;
    if (!view) return;
    if ('op' in frame) {
      const failure = frame.error as Failure | undefined;
      if (typeof frame.nonce === 'string' && failure) view.take({ type: 'refused', nonce: frame.nonce, failure });
      return;
    }
    const data = frame.data as ViewFrame | null;
    if (data?.view !== view.get().view) return;
    view.take({ type: 'frame', frame: data });
    this.showChatBelow();
  }

  connected(online: boolean): void {
    if (online === this.online) return;
    this.online = online;
    this.current?.view.take({ type: online ? 'online' : 'offline' });
  }

  /** What the person has to pay for, after an action of theirs, is put before them. */
  after(event: ServerEvent): void {
    const view = this.current?.view;
    if (event.type === 'chat.new' || event.type === 'chat.updated') this.showChatBelow();
    if (!view || event.type !== 'message.new') return;
    const { chat, card, from } = event.data as Message;
    const { app, chat: here } = view.get();
    if (!card || chat !== here || from.name !== app || Date.now() - view.lastDeed > PAY_SOON_MS) return;
    if (card.type === 'payment' || card.type === 'subscription') void this.offer(card.type, card.id);
  }

  keep(): void {
    this.current?.view.keep();
  }

  /** Who signs out takes everything along. */
  reset(): void {
    this.current?.view.close();
    const storage = sessionKept();
    if (storage) forgetInputs(storage);
    this.leave();
  }

  private show(address: Address, pushed: boolean): void {
    const view = new OpenView({
      view: randomNonce().slice(0, 16),
      app: address.app,
      chat: address.chat,
      place: { page: address.page, query: address.query },
      lang: preferred,
      theme: shownTheme(),
      online: this.online,
      send: (frame) => this.send(frame),
      nonce: randomNonce,
      storage: sessionKept(),
      describe: (failure) => describe(new ApiError(400, failure.code, failure.message, null)),
      late: { code: 'late', message: t('miniapp.late') },
      onMoved: (_by, before) => this.moved(before),
    });
    this.current = { address, view, pushed };
    this.tell();
  }

  private knows(app: string): boolean {
    return this.client.store.get().bots.some((bot) => bot.name === app);
  }

  /** Whether an app is one for the browser stands in the list of apps: it may not be here yet, or be older than the app. */
  private learn(then: () => void): void {
    void this.client.chats.loadBots().then(() => this.client.store.get().phase === 'ready' && then());
  }

  private isFor(current: Shown, address: Address): boolean {
    return current.address.app === address.app && current.address.chat === address.chat;
  }

  private followWithin(view: OpenView, address: Address): void {
    const { stack } = view.get();
    const depth = depthOf(history.state);
    if (depth !== null && depth < stack.length) view.take({ type: 'backTo', depth });
    const { page, query } = address;
    const shown = top(view.get().stack);
    if (!samePlace({ page, query }, shown)) view.go({ page, query });
  }

  /** Another page of the app is shown: the address says which. */
  private moved(depthBefore: number): void {
    const { current } = this;
    if (!current || this.following) return;
    const { stack } = current.view.get();
    const path = pathOf({ ...current.address, ...top(stack) }) + location.hash;
    if (stack.length > depthBefore) history.pushState(mark(stack.length), '', path);
    else if (stack.length === depthBefore - 1 && depthOf(history.state) === depthBefore) history.back();
    else history.replaceState(mark(stack.length), '', path);
  }

  /** Under an app that was opened by its address lies the chat that it belongs to. */
  private showChatBelow(): void {
    const chat = this.current?.view.get().chat;
    const { activeChat, page, chats } = this.client.store.get();
    if (chat == null || activeChat !== null || page !== null || !chats[chat] || location.hash !== '') return;
    history.replaceState(history.state, '', `${location.pathname}${location.search}#/chat/${chat}`);
    this.client.chats.open(chat);
  }

  private async offer(kind: 'payment' | 'subscription', id: number): Promise<void> {
    const { money } = this.client;
    try {
      const asked = await (kind === 'payment' ? money.api.payment(id) : money.api.subscription(id));
      money.put(kind, id, asked);
      if (asked.can.includes('confirm') && money.sheet() === null) money.open({ kind, id });
    } catch {
      // The message in the chat has it, too.
    }
  }

  private leave(): void {
    this.current = null;
    this.tell();
  }

  private tell(): void {
    for (const listener of [...this.listeners]) listener();
  }
}

const mark = (depth: number): object => ({ miniapp: depth });

function depthOf(state: unknown): number | null {
  const depth = (state as { miniapp?: unknown } | null)?.miniapp;
  return typeof depth === 'number' ? depth : null;
}

function sessionKept(): KeyValueStorage | null {
  try {
    return sessionStorage;
  } catch {
    return null;
  }
}
