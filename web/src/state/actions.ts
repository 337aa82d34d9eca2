import type { Page } from '../client/pages';
import type { Bot, Chat, Consent, Me, Member, Message, ServerEvent } from '../model';
import type { OutboxItem } from '../transport/outbox';
import type { Composing, Connection, Toast, Upload } from './state';

export type Action =
  | { readonly type: 'signedOut'; readonly ended: boolean }
  | { readonly type: 'loading'; readonly me: Me | null }
  | { readonly type: 'loadFailed' }
  | { readonly type: 'loaded'; readonly me: Me; readonly chats: readonly Chat[]; readonly lastSeq: number }
  | { readonly type: 'me'; readonly me: Me }
  | { readonly type: 'connection'; readonly connection: Connection }
  | { readonly type: 'events'; readonly events: readonly ServerEvent[]; readonly now: number }
  | { readonly type: 'chat'; readonly chat: Chat }
  | { readonly type: 'consents'; readonly consents: readonly Consent[] }
  | { readonly type: 'openChat'; readonly chat: number | null }
  | { readonly type: 'openPage'; readonly page: Page }
  | { readonly type: 'historyAsked'; readonly chat: number }
  | { readonly type: 'historyFailed'; readonly chat: number }
  /** `before` is null for the newest page; `messages` come newest first, as the server sends them. */
  | {
      readonly type: 'history';
      readonly chat: number;
      readonly before: number | null;
      readonly messages: readonly Message[];
      readonly complete: boolean;
    }
  | { readonly type: 'message'; readonly message: Message }
  | { readonly type: 'messageDeleted'; readonly chat: number; readonly id: number }
  | { readonly type: 'outbox'; readonly items: readonly OutboxItem[] }
  | { readonly type: 'composing'; readonly chat: number; readonly change: Partial<Composing> }
  | { readonly type: 'upload'; readonly chat: number; readonly key: string; readonly change: Upload | Partial<Upload> | null }
  | { readonly type: 'readLocally'; readonly chat: number; readonly upTo: number }
  | { readonly type: 'bots'; readonly bots: readonly Bot[] }
  | { readonly type: 'members'; readonly chat: number; readonly members: readonly Member[] }
  | { readonly type: 'pressed'; readonly key: string; readonly waiting: boolean }
  | { readonly type: 'toast'; readonly toast: Toast }
  | { readonly type: 'toastGone'; readonly id: number }
  | { readonly type: 'clock'; readonly now: number };
