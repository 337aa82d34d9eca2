// What a web mini-app says to the client and hears from it: Telegram's messages for mini-apps in frames, each a JSON text
// `{"eventType":"web_app_ready","eventData":{…}}`. Everything that comes in is an app's, so everything is checked.

/** A button below the page, as the app wants it. */
export interface BottomButton {
  readonly visible: boolean;
  readonly active: boolean;
  readonly progress: boolean;
  readonly text: string;
  readonly color: string | null;
  readonly textColor: string | null;
}

export interface PopupButton {
  readonly id: string;
  readonly type: 'default' | 'destructive' | 'ok' | 'close' | 'cancel';
  readonly text: string;
}

export type AppMessage =
  | { readonly type: 'ready' }
  | { readonly type: 'close' }
  | { readonly type: 'theme' }
  | { readonly type: 'viewport' }
  | { readonly type: 'button'; readonly which: 'main' | 'secondary'; readonly button: BottomButton }
  | { readonly type: 'back' | 'settings' | 'closing'; readonly on: boolean }
  | { readonly type: 'data'; readonly data: string }
  | { readonly type: 'link'; readonly url: string }
  | { readonly type: 'invoice'; readonly slug: string }
  | { readonly type: 'popup'; readonly title: string; readonly message: string; readonly buttons: readonly PopupButton[] }
  | { readonly type: 'haptic' }
  | { readonly type: 'write' | 'phone' }
  | { readonly type: 'clipboard'; readonly request: string }
  | { readonly type: 'method'; readonly request: string; readonly method: string; readonly params: Fields }
  | { readonly type: 'ground'; readonly color: string | null };

export type Fields = Readonly<Record<string, unknown>>;

const MOST_DATA = 4096;
const LONGEST = 1 << 17;
const LONGEST_LINK = 4096;

/** Null for what is no message, or one that this client does not know. */
export function read(data: unknown): AppMessage | null {
  if (typeof data !== 'string' || data.length > LONGEST) return null;
  let whole: unknown;
  try {
    whole = JSON.parse(data);
  } catch {
    return null;
  }
  const { eventType, eventData } = fieldsOf(whole);
  const fields = fieldsOf(eventData);
  switch (eventType) {
    case 'web_app_ready':
      return { type: 'ready' };
    case 'web_app_close':
      return { type: 'close' };
    case 'web_app_request_theme':
      return { type: 'theme' };
    case 'web_app_request_viewport':
    case 'web_app_expand':
      return { type: 'viewport' };
    case 'web_app_setup_main_button':
      return { type: 'button', which: 'main', button: bottomButton(fields) };
    case 'web_app_setup_secondary_button':
      return { type: 'button', which: 'secondary', button: bottomButton(fields) };
    case 'web_app_setup_back_button':
      return { type: 'back', on: fields['is_visible'] === true };
    case 'web_app_setup_settings_button':
      return { type: 'settings', on: fields['is_visible'] === true };
    case 'web_app_setup_closing_behavior':
      return { type: 'closing', on: fields['need_confirmation'] === true };
    case 'web_app_data_send': {
      const sent = text(fields['data'], MOST_DATA + 1);
      return sent === '' || new TextEncoder().encode(sent).length > MOST_DATA ? null : { type: 'data', data: sent };
    }
    case 'web_app_open_link':
      return link(text(fields['url'], LONGEST_LINK + 1));
    case 'web_app_open_tg_link':
      return link(`https://t.me${text(fields['path_full'], LONGEST_LINK)}`);
    case 'web_app_open_invoice': {
      const slug = text(fields['slug'], 128);
      return /^[\w-]+$/.test(slug) ? { type: 'invoice', slug } : null;
    }
    case 'web_app_open_popup':
      return popup(fields);
    case 'web_app_trigger_haptic_feedback':
      return { type: 'haptic' };
    case 'web_app_request_write_access':
      return { type: 'write' };
    case 'web_app_request_phone':
      return { type: 'phone' };
    case 'web_app_read_text_from_clipboard':
      return { type: 'clipboard', request: text(fields['req_id'], 64) };
    case 'web_app_invoke_custom_method':
      return {
        type: 'method',
        request: text(fields['req_id'], 64),
        method: text(fields['method'], 64),
        params: fieldsOf(fields['params']),
      };
    case 'web_app_set_background_color':
      return { type: 'ground', color: color(fields['color']) };
    default:
      return null;
  }
}

export const write = (eventType: string, eventData: Fields = {}): string => JSON.stringify({ eventType, eventData });

function link(address: string): AppMessage | null {
  if (address.length > LONGEST_LINK) return null;
  try {
    const url = new URL(address);
    return (url.protocol === 'https:' || url.protocol === 'http:') && url.username === '' && url.password === ''
      ? { type: 'link', url: url.href }
      : null;
  } catch {
    return null;
  }
}

function bottomButton(fields: Fields): BottomButton {
  return {
    visible: fields['is_visible'] === true && text(fields['text'], 64) !== '',
    active: fields['is_active'] !== false,
    progress: fields['is_progress_visible'] === true,
    text: text(fields['text'], 64),
    color: color(fields['color']),
    textColor: color(fields['text_color']),
  };
}

function popup(fields: Fields): AppMessage | null {
  const message = text(fields['message'], 256);
  const given = Array.isArray(fields['buttons']) ? fields['buttons'].slice(0, 3).map(fieldsOf) : [];
  const buttons = given.map((button): PopupButton => {
    const type = TYPES.find((known) => known === button['type']) ?? 'default';
    return { id: text(button['id'], 64), type, text: text(button['text'], 64) };
  });
  if (message === '' || buttons.length === 0) return null;
  return { type: 'popup', title: text(fields['title'], 64), message, buttons };
}

const TYPES = ['default', 'destructive', 'ok', 'close', 'cancel'] as const;

const fieldsOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};

const text = (value: unknown, most: number): string =>
  typeof value === 'string' ? value.slice(0, most) : typeof value === 'number' ? String(value) : '';

const color = (value: unknown): string | null =>
  typeof value === 'string' && /^#[0-9a-f]{6}$/i.test(value) ? value : null;
