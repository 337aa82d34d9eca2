// What the client API sends and takes. Times are milliseconds since 1970, ids are integers below 2^53.

export interface User {
  readonly id: number;
  readonly name: string;
  readonly display: string;
  readonly bot: boolean;
  /** The bot's app has pages that can be opened. */
  readonly miniapp?: boolean;
  /** They are pages for the browser. */
  readonly web?: boolean;
}

export type LanguageTag = 'en' | 'ru';

/** The person at this screen. What `GET /v1/me` adds is missing until it has answered once. */
export interface Me extends User {
  readonly operator?: boolean;
  /** Null follows the browser. */
  readonly language?: LanguageTag | null;
  /** A file. */
  readonly picture?: number | null;
}

/** What is known about the person for certain. */
export interface VerifiedAttribute {
  readonly name: 'birth_date' | 'email' | 'phone';
  readonly value: string;
  readonly verified: number;
  readonly by: 'operator' | 'code';
}

export type ContactKind = 'email' | 'phone';

/** Offsets and lengths count UTF-16 code units, as JavaScript strings do. */
export interface Entity {
  readonly type: string;
  readonly offset: number;
  readonly length: number;
  readonly url?: string;
  readonly language?: string;
}

export interface Attachment {
  readonly type: 'photo' | 'file';
  readonly file: number;
  readonly name: string;
  readonly size: number;
  readonly mime: string;
  readonly width?: number;
  readonly height?: number;
}

export interface InlineButton {
  readonly id: string;
  readonly text: string;
  readonly url?: string;
}

export interface Message {
  readonly id: number;
  readonly chat: number;
  readonly from: User;
  readonly date: number;
  readonly text: string;
  readonly entities?: readonly Entity[];
  readonly attachments?: readonly Attachment[];
  readonly buttons?: readonly (readonly InlineButton[])[];
  readonly reply_to?: number | null;
  readonly edited?: number | null;
  readonly nonce?: string | null;
  /** Only the server gives a message a card. */
  readonly card?: Card | null;
}

/** What a message shows besides its text. */
export interface Card {
  readonly type: 'payment' | 'bill' | 'subscription';
  readonly id: number;
}

export type Role = 'owner' | 'admin' | 'member';

export interface Chat {
  readonly id: number;
  readonly kind: 'direct' | 'group';
  readonly title: string;
  readonly role: Role;
  readonly members: number;
  readonly peer: User | null;
  readonly last_message: Message | null;
  readonly unread: number;
  readonly read_up_to: number;
  readonly peer_read_up_to: number;
}

export interface Member {
  readonly user: User;
  readonly role: Role;
}

export interface BotCommand {
  readonly name: string;
  readonly description: string;
}

export interface Bot extends User {
  readonly description: string;
  readonly commands: readonly BotCommand[];
}

export interface UploadedFile {
  readonly id: number;
  readonly name: string;
  readonly size: number;
  readonly type: string;
  readonly width?: number;
  readonly height?: number;
}

export type GrantTerm = 'once' | 'chat' | 'hour' | 'day' | 'always';

export interface AppName {
  /** Of the bot's account. */
  readonly id: number;
  readonly name: string;
  readonly title: string;
  readonly publisher: string;
  /** Null for the operator's own. */
  readonly publisher_title?: string | null;
  /** The operator has checked who the publisher is. */
  readonly verified?: boolean;
}

/** What the person has to pick before they can agree. */
export type ConsentInput =
  | { readonly kind: 'location' }
  | { readonly kind: 'files'; readonly most: number }
  | { readonly kind: 'people'; readonly most: number };

/** What the person has picked, as it is sent. */
export type Picked =
  | { readonly latitude: number; readonly longitude: number; readonly accuracy?: number }
  | { readonly files: readonly number[] }
  | { readonly people: readonly string[] };

/** What an app asks of the user. All but the reason is the server's. */
export interface Consent {
  readonly id: number;
  readonly app: AppName | null;
  readonly chat: number | null;
  readonly capability: string;
  readonly detail: string;
  readonly does: string;
  readonly discloses: string;
  readonly reason: string;
  /** What the app gets; null when nothing is known that could answer, and where the person picks it. */
  readonly answer: string | null;
  readonly input?: ConsentInput | null;
  readonly terms: readonly GrantTerm[];
  readonly asked_at: number;
}

export interface Grant {
  readonly id: number;
  readonly app: AppName | null;
  readonly capability: string;
  readonly detail: string;
  readonly chat: number | null;
  readonly for: GrantTerm;
  readonly begin: number;
  readonly until: number | null;
  readonly end: number | null;
  /** How many uses a day there are at most. */
  readonly limit?: number | null;
  readonly uses?: number;
}

/** One entry of the audit about the user. */
export interface Use {
  readonly entry: number;
  readonly date: number;
  readonly kind: string;
  readonly by: string;
  readonly app: AppName | null;
  readonly chat: number | null;
  readonly details: string;
}

/** One entry of the user's event log. `typing` and other passing events have no `seq`. */
export interface ServerEvent {
  readonly seq?: number;
  readonly type: string;
  readonly data: unknown;
}

/** Longest text of one message, in Unicode scalars. */
export const MAX_TEXT = 4096;

/** Most entities and files of one message. */
export const MAX_ENTITIES = 100;
export const MAX_ATTACHMENTS = 10;
