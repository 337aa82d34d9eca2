import type { Message, ServerEvent, User } from '../model';
import { idOf } from '../state/events';
import { selectComposing } from '../state/selectors';
import { find } from '../state/threads';
import { parseMarkup, toMarkup } from '../text/markup';
import { ApiError } from '../transport/errors';
import type { Outbox } from '../transport/outbox';
import type { Client } from './client';

const PAGE = 50;
const ANSWER_TIMEOUT_MS = 10_000;

/** What a person does in chats. Every method shows its own errors, unless it says that it throws. */
export class ChatActions {
  private readonly refreshing = new Set<number>();
  private bots: Promise<void> | null = null;

  constructor(
    private readonly client: Client,
    private readonly outbox: () => Outbox | null,
  ) {}

  /** Shows a chat; null closes it. The address follows, so that reload and "back" work. */
  open(chat: number | null): void {
    const hash = chat === null ? '' : `#/chat/${chat}`;
    if (location.hash !== hash) {
      // A new entry only from the list or a page: "back" on a phone then leads there, not through every chat.
      if (chat !== null && !location.hash.startsWith('#/chat/')) history.pushState(null, '', hash);
      else history.replaceState(null, '', hash === '' ? location.pathname + location.search : hash);
    }
    this.client.store.dispatch({ type: 'openChat', chat });
    if (chat !== null) void this.loadNewest(chat);
  }

  /** Follows the address: at the start, and on "back". */
  openFromAddress(): void {
    const id = Number(/^#\/chat\/(\d+)$/.exec(location.hash)?.[1] ?? NaN);
    const known = Number.isSafeInteger(id) && this.client.store.get().chats[id] !== undefined;
    this.open(known ? id : null);
  }

  /** After everything was loaded anew: the open chat and the bots too. */
  reload(): void {
    void this.loadBots();
    const { activeChat } = this.client.store.get();
    if (activeChat !== null) void this.loadNewest(activeChat);
  }

  /** What is asked while the answer is on its way waits for that one. */
  loadBots(): Promise<void> {
    this.bots ??= this.askForBots().finally(() => {
      this.bots = null;
    });
    return this.bots;
  }

  private async askForBots(): Promise<void> {
    try {
      this.client.store.dispatch({ type: 'bots', bots: await this.client.rest.bots() });
    } catch {
      // Hints are missing, and an app that is not known is opened as one of Lua.
    }
  }

  async loadNewest(chat: number): Promise<void> {
    const thread = this.client.store.get().threads[chat];
    if (thread?.loaded || thread?.loading) return;
    await this.loadPage(chat, null);
  }

  async loadOlder(chat: number): Promise<void> {
    const thread = this.client.store.get().threads[chat];
    if (!thread?.loaded || thread.loading || !thread.hasOlder) return;
    await this.loadPage(chat, thread.messages[0]?.id ?? null);
  }

  private async loadPage(chat: number, before: number | null): Promise<void> {
    const { store, rest } = this.client;
    store.dispatch({ type: 'historyAsked', chat });
    try {
      const messages = await rest.history(chat, before, PAGE);
      store.dispatch({ type: 'history', chat, before, messages, complete: messages.length < PAGE });
    } catch {
      store.dispatch({ type: 'historyFailed', chat });
    }
  }

  /** Opens the direct chat with a person or a bot. Throws what the server says. */
  async openDirect(name: string): Promise<void> {
    const chat = await this.client.rest.createDirect(name.trim().replace(/^@/, ''));
    this.client.takeChat(chat);
    this.open(chat.id);
  }

  /** Throws what the server says. */
  async createGroup(title: string, members: readonly string[]): Promise<void> {
    const chat = await this.client.rest.createGroup(title, members);
    this.client.takeChat(chat);
    this.open(chat.id);
  }

  async openMention(name: string): Promise<void> {
    await this.openDirect(name).catch((error: unknown) => this.client.toastError(error));
  }

  async loadMembers(chat: number): Promise<void> {
    try {
      this.client.store.dispatch({ type: 'members', chat, members: await this.client.rest.members(chat) });
    } catch (error) {
      this.client.toastError(error);
    }
  }

  /** Throws what the server says. */
  async addMember(chat: number, name: string): Promise<void> {
    await this.client.rest.addMember(chat, name.trim().replace(/^@/, ''));
    await this.loadMembers(chat);
  }

  async removeMember(chat: number, user: User): Promise<void> {
    try {
      await this.client.rest.removeMember(chat, user.id);
      if (user.id === this.client.store.get().me?.id) this.leftChat(chat, user);
      else await this.loadMembers(chat);
    } catch (error) {
      this.client.toastError(error);
    }
  }

  private leftChat(chat: number, user: User): void {
    this.open(null);
    const event = { type: 'member.left', data: { chat, user } };
    this.client.store.dispatch({ type: 'events', events: [event], now: Date.now() });
  }

  /** Sends, or saves the edit, of what the composer holds. Returns false when there is nothing to send yet. */
  submit(chat: number): boolean {
    const { store } = this.client;
    const { text, replyTo, editing, uploads } = selectComposing(store.get(), chat);
    const formatted = parseMarkup(text);
    if (editing !== null) {
      void this.saveEdit(chat, editing, text);
      return true;
    }
    const attachments = uploads.flatMap((upload) => (upload.attachment ? [upload.attachment] : []));
    if (attachments.length < uploads.length || (formatted.text === '' && attachments.length === 0)) return false;
    this.outbox()?.add({ chat, ...formatted, attachments, replyTo });
    this.client.uploads.forget(uploads);
    store.dispatch({ type: 'composing', chat, change: { text: '', replyTo: null, uploads: [] } });
    this.client.presence.stoppedTyping(chat);
    return true;
  }

  /** Sends a ready text, such as a bot's "/start". */
  sendText(chat: number, text: string): void {
    this.outbox()?.add({ chat, text, entities: [], attachments: [], replyTo: null });
  }

  retry(nonce: string): void {
    this.outbox()?.retry(nonce);
  }

  discard(nonce: string): void {
    this.outbox()?.discard(nonce);
  }

  beginReply(chat: number, message: number): void {
    const { editing, aside } = selectComposing(this.client.store.get(), chat);
    const change = editing === null ? { replyTo: message } : { replyTo: message, editing: null, text: aside, aside: '' };
    this.client.store.dispatch({ type: 'composing', chat, change });
  }

  beginEdit(message: Message): void {
    const { editing, text: draft, aside } = selectComposing(this.client.store.get(), message.chat);
    const text = toMarkup(message.text, message.entities ?? []);
    const change = { editing: message.id, replyTo: null, text, aside: editing === null ? draft : aside };
    this.client.store.dispatch({ type: 'composing', chat: message.chat, change });
  }

  cancelComposing(chat: number): void {
    const { editing, aside } = selectComposing(this.client.store.get(), chat);
    const change = editing === null ? { replyTo: null } : { editing: null, text: aside, aside: '' };
    this.client.store.dispatch({ type: 'composing', chat, change });
  }

  private async saveEdit(chat: number, id: number, text: string): Promise<void> {
    const { store, rest } = this.client;
    const old = find(store.get().threads[chat]?.messages ?? [], id);
    const formatted = parseMarkup(text);
    if (formatted.text === '' && !old?.attachments?.length) return;
    this.cancelComposing(chat);
    if (old && text === toMarkup(old.text, old.entities ?? [])) return;
    try {
      store.dispatch({ type: 'message', message: await rest.edit(chat, id, formatted.text, formatted.entities) });
    } catch (error) {
      this.client.toastError(error);
      // The words come back, unless something else is being written by now.
      const now = selectComposing(store.get(), chat);
      if (now.text === '' && now.editing === null) {
        store.dispatch({ type: 'composing', chat, change: { editing: id, text, replyTo: null } });
      }
    }
  }

  async remove(message: Message): Promise<void> {
    try {
      await this.client.rest.remove(message.chat, message.id);
    } catch (error) {
      if (!(error instanceof ApiError && error.status === 404)) return this.client.toastError(error);
    }
    this.client.store.dispatch({ type: 'messageDeleted', chat: message.chat, id: message.id });
  }

  async press(message: Message, button: string): Promise<void> {
    const key = `${message.id}:${button}`;
    const { store } = this.client;
    if (store.get().pressed.has(key)) return;
    store.dispatch({ type: 'pressed', key, waiting: true });
    // A bot need not answer: the button must not wait for ever.
    setTimeout(() => store.dispatch({ type: 'pressed', key, waiting: false }), ANSWER_TIMEOUT_MS);
    try {
      await this.client.rest.press(message.chat, message.id, button);
    } catch (error) {
      store.dispatch({ type: 'pressed', key, waiting: false });
      this.client.toastError(error);
    }
  }

  /** What follows from an event beyond the state that it carries. */
  after(event: ServerEvent): void {
    const state = this.client.store.get();
    if (event.type === 'message.new') {
      const message = event.data as Message;
      if (message.nonce && message.from.id === state.me?.id) this.outbox()?.acknowledge(message.nonce);
      if (!state.chats[message.chat]) void this.refresh(message.chat);
    } else if (event.type === 'message.deleted') {
      const { chat } = event.data as { chat: number };
      if (state.chats[chat]?.last_message === null) void this.refresh(chat);
    } else if (event.type === 'read') {
      const { chat, user } = event.data as { chat: number; user: User | number };
      if (idOf(user) === state.me?.id && !state.threads[chat]?.loaded) void this.refresh(chat);
    } else if (event.type === 'member.joined' || event.type === 'member.left') {
      const { chat } = event.data as { chat: number };
      if (!state.members[chat] && (state.chats[chat] || event.type === 'member.joined')) void this.refresh(chat);
    } else if (event.type === 'button.answer') {
      const { text, alert } = event.data as { text?: string | null; alert?: boolean | null };
      if (text) this.client.toast(alert ? 'alert' : 'info', text);
    }
  }

  /** Asks for one chat whose summary can no longer be worked out here. */
  private async refresh(chat: number): Promise<void> {
    if (this.refreshing.has(chat)) return;
    this.refreshing.add(chat);
    try {
      this.client.takeChat(await this.client.rest.chat(chat));
    } catch {
      // Not ours any more, or no network: the next load sets it right.
    } finally {
      this.refreshing.delete(chat);
    }
  }
}
