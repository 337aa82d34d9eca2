import type { Action } from './actions';
import { mergeChat } from './chats';
import { applyEvents, messageChanged, messageDeleted, messageNew, read, withChat } from './events';
import { emptyComposing, emptyThread, initialState, type Composing, type State, type Upload } from './state';
import { addPage, find } from './threads';

const MOST_TOASTS = 4;

/** The one place where state changes: pure, no clock, no I/O. */
export function reducer(state: State, action: Action): State {
  switch (action.type) {
    case 'signedOut':
      return { ...initialState, phase: 'signedOut', sessionEnded: action.ended };
    case 'loading':
      return { ...state, phase: state.phase === 'ready' ? 'ready' : 'loading', me: action.me ?? state.me, loadFailed: false };
    case 'loadFailed':
      return { ...state, loadFailed: true };
    case 'loaded':
      return loaded(state, action);
    case 'me':
      return { ...state, me: action.me };
    case 'connection':
      return state.connection === action.connection ? state : { ...state, connection: action.connection };
    case 'events':
      return applyEvents(state, action.events, action.now);
    case 'chat':
      return withChat(state, action.chat);
    case 'openChat':
      return openChat(state, action.chat);
    case 'openPage':
      return { ...state, activeChat: null, page: action.page };
    case 'historyAsked':
      return withThread(state, action.chat, { loading: true, failed: false });
    case 'historyFailed':
      return withThread(state, action.chat, { loading: false, failed: true });
    case 'history': {
      const thread = addPage(state.threads[action.chat], action.messages, action.before, action.complete);
      return { ...state, threads: { ...state.threads, [action.chat]: thread } };
    }
    case 'message':
      return state.threads[action.message.chat] && isLoaded(state, action.message.chat, action.message.id)
        ? messageChanged(state, action.message)
        : messageNew(state, action.message);
    case 'messageDeleted':
      return messageDeleted(state, action.chat, action.id);
    case 'outbox':
      return { ...state, outbox: action.items };
    case 'composing':
      return withComposing(state, action.chat, action.change);
    case 'upload':
      return withUpload(state, action.chat, action.key, action.change);
    case 'readLocally':
      return state.me ? read(state, action.chat, state.me.id, action.upTo) : state;
    case 'consents':
      return { ...state, consents: action.consents };
    case 'bots':
      return { ...state, bots: action.bots };
    case 'members':
      return { ...state, members: { ...state.members, [action.chat]: action.members } };
    case 'pressed': {
      const pressed = new Set(state.pressed);
      if (action.waiting) pressed.add(action.key);
      else pressed.delete(action.key);
      return { ...state, pressed };
    }
    case 'toast':
      return { ...state, toasts: [...state.toasts, action.toast].slice(-MOST_TOASTS) };
    case 'toastGone':
      return { ...state, toasts: state.toasts.filter((toast) => toast.id !== action.id) };
    case 'clock':
      return expireTyping(state, action.now);
  }
}

/** Everything from the server anew. Loaded threads are dropped, since there may be holes in them; drafts stay. */
function loaded(state: State, action: Extract<Action, { type: 'loaded' }>): State {
  const again = state.phase === 'ready';
  const threads: Record<number, typeof emptyThread> = {};
  for (const key of again ? Object.keys(state.threads) : []) {
    // What was deleted and where reading began is still true.
    const { deleted, readWhenOpened } = state.threads[Number(key)]!;
    threads[Number(key)] = { ...emptyThread, deleted, readWhenOpened };
  }
  return {
    ...state,
    phase: 'ready',
    me: action.me,
    loadFailed: false,
    sessionEnded: false,
    outOfStep: false,
    lastSeq: action.lastSeq,
    chats: Object.fromEntries(action.chats.map((chat) => [chat.id, mergeChat(undefined, chat)])),
    threads,
    members: {},
    typing: {},
  };
}

function openChat(state: State, id: number | null): State {
  if (state.activeChat === id && state.page === null) return state;
  const next = { ...state, activeChat: id, page: null };
  if (id === null) return next;
  const chat = state.chats[id];
  return withThread(next, id, { readWhenOpened: chat && chat.unread > 0 ? chat.read_up_to : Number.MAX_SAFE_INTEGER });
}

function isLoaded(state: State, chat: number, id: number): boolean {
  return find(state.threads[chat]?.messages ?? [], id) !== undefined;
}

function withThread(state: State, chat: number, change: Partial<typeof emptyThread>): State {
  return { ...state, threads: { ...state.threads, [chat]: { ...emptyThread, ...state.threads[chat], ...change } } };
}

function withComposing(state: State, chat: number, change: Partial<Composing>): State {
  const composing = { ...emptyComposing, ...state.composing[chat], ...change };
  return { ...state, composing: { ...state.composing, [chat]: composing } };
}

function withUpload(state: State, chat: number, key: string, change: Upload | Partial<Upload> | null): State {
  const uploads = state.composing[chat]?.uploads ?? [];
  if (change === null) return withComposing(state, chat, { uploads: uploads.filter((upload) => upload.key !== key) });
  if (uploads.some((upload) => upload.key === key)) {
    return withComposing(state, chat, {
      uploads: uploads.map((upload) => (upload.key === key ? { ...upload, ...change } : upload)),
    });
  }
  // A progress report that comes after the upload was taken away is not a new upload.
  return 'name' in change ? withComposing(state, chat, { uploads: [...uploads, change as Upload] }) : state;
}

function expireTyping(state: State, now: number): State {
  const entries = Object.entries(state.typing);
  if (!entries.some(([, typists]) => typists.some((typist) => typist.until <= now))) return state;
  const typing = Object.fromEntries(
    entries
      .map(([chat, typists]) => [chat, typists.filter((typist) => typist.until > now)] as const)
      .filter(([, typists]) => typists.length > 0),
  );
  return { ...state, typing };
}
