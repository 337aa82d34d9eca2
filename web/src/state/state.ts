import type { Page } from '../client/pages';
import type { Attachment, Bot, Chat, Consent, Me, Member, Message, User } from '../model';
import type { OutboxItem } from '../transport/outbox';

export type Phase = 'starting' | 'signedOut' | 'loading' | 'ready';
export type Connection = 'online' | 'connecting' | 'offline';

/** The loaded, gap-free newest part of one chat's history. */
export interface Thread {
  /** Oldest first. */
  readonly messages: readonly Message[];
  readonly loaded: boolean;
  readonly loading: boolean;
  readonly failed: boolean;
  readonly hasOlder: boolean;
  /** Deleted while loaded: an answer that was on its way must not bring them back. */
  readonly deleted: ReadonlySet<number>;
  /** Where "new messages" starts: what had been read when the chat was opened. */
  readonly readWhenOpened: number;
}

export interface Upload {
  readonly key: string;
  readonly name: string;
  readonly size: number;
  readonly progress: number;
  readonly error: string | null;
  readonly attachment: Attachment | null;
}

/** What the composer of one chat holds. */
export interface Composing {
  readonly text: string;
  /** The draft that waits while a message is edited. */
  readonly aside: string;
  readonly replyTo: number | null;
  readonly editing: number | null;
  readonly uploads: readonly Upload[];
}

export interface Typist {
  readonly user: User | number;
  readonly until: number;
}

export interface Toast {
  readonly id: number;
  readonly kind: 'info' | 'error' | 'alert';
  readonly text: string;
}

export interface State {
  readonly phase: Phase;
  readonly me: Me | null;
  /** Set when a session ended without the person asking for it. */
  readonly sessionEnded: boolean;
  readonly loadFailed: boolean;
  readonly connection: Connection;
  /** The last event taken in. */
  readonly lastSeq: number;
  /** An event was missing: everything must be loaded anew. */
  readonly outOfStep: boolean;
  readonly chats: Readonly<Record<number, Chat>>;
  readonly threads: Readonly<Record<number, Thread>>;
  readonly composing: Readonly<Record<number, Composing>>;
  readonly outbox: readonly OutboxItem[];
  readonly typing: Readonly<Record<number, readonly Typist[]>>;
  readonly bots: readonly Bot[];
  readonly members: Readonly<Record<number, readonly Member[]>>;
  /** What apps ask of the user now, oldest first. */
  readonly consents: readonly Consent[];
  readonly activeChat: number | null;
  /** The page that is shown instead of a chat. */
  readonly page: Page | null;
  /** Buttons whose answer is awaited, as `message:button`. */
  readonly pressed: ReadonlySet<string>;
  readonly toasts: readonly Toast[];
}

export const emptyThread: Thread = {
  messages: [],
  loaded: false,
  loading: false,
  failed: false,
  hasOlder: true,
  deleted: new Set(),
  readWhenOpened: 0,
};

export const emptyComposing: Composing = { text: '', aside: '', replyTo: null, editing: null, uploads: [] };

export const initialState: State = {
  phase: 'starting',
  me: null,
  sessionEnded: false,
  loadFailed: false,
  connection: 'connecting',
  lastSeq: 0,
  outOfStep: false,
  chats: {},
  threads: {},
  composing: {},
  outbox: [],
  typing: {},
  bots: [],
  members: {},
  consents: [],
  activeChat: null,
  page: null,
  pressed: new Set(),
  toasts: [],
};
