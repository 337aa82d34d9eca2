import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ServerEvent } from '../src/model';
import { rowsOf } from '../src/components/chat/rows';
import { reducer } from '../src/state/reducer';
import { selectChatKind, selectChatList, selectUnreadTotal } from '../src/state/selectors';
import type { State } from '../src/state/state';
import { alice, bob, chat, message, ready } from './fixtures';

const events = (state: State, ...list: ServerEvent[]): State => reducer(state, { type: 'events', events: list, now: 1000 });
const history = (state: State, ids: readonly number[], before: number | null = null, complete = true): State =>
  reducer(state, { type: 'history', chat: 10, before, messages: ids.map((id) => message(id)).reverse(), complete });
const loadedIds = (state: State): number[] => (state.threads[10]?.messages ?? []).map(({ id }) => id);

test('events: a new message counts as unread, once', () => {
  const event = { seq: 1, type: 'message.new', data: message(5) };
  let state = events(ready(), event);
  assert.equal(state.chats[10]?.unread, 1);
  assert.equal(state.chats[10]?.last_message?.id, 5);
  state = events(state, event);
  assert.equal(state.chats[10]?.unread, 1);
  assert.equal(selectUnreadTotal(state), 1);
});

test('events: one that the chat list had already is not counted again', () => {
  const state = events(ready([chat({ last_message: message(5), unread: 1 })]), { seq: 1, type: 'message.new', data: message(5) });
  assert.equal(state.chats[10]?.unread, 1);
});

test('events: the own message is not unread', () => {
  const state = events(ready(), { seq: 1, type: 'message.new', data: message(5, { from: alice }) });
  assert.equal(state.chats[10]?.unread, 0);
});

test('events: a gap stops before the hole', () => {
  const state = events(
    ready(),
    { seq: 1, type: 'message.new', data: message(5) },
    { seq: 3, type: 'message.new', data: message(7) },
  );
  assert.equal(state.outOfStep, true);
  assert.equal(state.lastSeq, 1);
  assert.equal(state.chats[10]?.last_message?.id, 5);
});

test('events: unknown types move the seq and change nothing else', () => {
  const before = ready();
  const state = events(before, { seq: 1, type: 'payment.updated', data: {} });
  assert.deepEqual(state, { ...before, lastSeq: 1 });
});

test('events: edited replaces, but never an unloaded or newer one', () => {
  let state = history(ready([chat({ last_message: message(6) })]), [5, 6]);
  state = events(state, { seq: 1, type: 'message.edited', data: message(6, { text: 'new', edited: 9 }) });
  assert.equal(state.threads[10]?.messages[1]?.text, 'new');
  assert.equal(state.chats[10]?.last_message?.text, 'new');
  state = events(state, { seq: 2, type: 'message.edited', data: message(2, { edited: 9 }) });
  assert.deepEqual(loadedIds(state), [5, 6]);
  state = history(state, [5, 6]);
  assert.equal(state.threads[10]?.messages[1]?.text, 'new');
});

test('events: a deleted message stays away when an old answer brings it', () => {
  let state = history(ready([chat({ last_message: message(6), unread: 2 })]), [5, 6]);
  state = events(state, { seq: 1, type: 'message.deleted', data: { chat: 10, id: 6 } });
  assert.equal(state.chats[10]?.last_message?.id, 5);
  assert.equal(state.chats[10]?.unread, 1);
  assert.deepEqual(loadedIds(history(state, [5, 6])), [5]);
});

test('events: deleting the edited message gives the draft back', () => {
  let state = history(ready(), [5]);
  state = reducer(state, { type: 'composing', chat: 10, change: { text: 'changed', aside: 'draft', editing: 5 } });
  state = events(state, { seq: 1, type: 'message.deleted', data: { chat: 10, id: 5 } });
  assert.equal(state.composing[10]?.text, 'draft');
  assert.equal(state.composing[10]?.editing, null);
});

test('events: read markers of both sides', () => {
  let state = history(ready([chat({ last_message: message(7), unread: 3 })]), [5, 6, 7]);
  state = events(state, { seq: 1, type: 'read', data: { chat: 10, user: 1, up_to: 6 } });
  assert.equal(state.chats[10]?.unread, 1);
  state = events(state, { seq: 2, type: 'read', data: { chat: 10, user: alice, up_to: 7 } });
  assert.equal(state.chats[10]?.unread, 0);
  state = events(state, { seq: 3, type: 'read', data: { chat: 10, user: 2, up_to: 7 } });
  state = events(state, { seq: 4, type: 'read', data: { chat: 10, user: 2, up_to: 3 } });
  assert.equal(state.chats[10]?.peer_read_up_to, 7);
});

test('chats: a direct one without a title is called as the other one is', () => {
  assert.equal(ready([chat({ title: '' })]).chats[10]?.title, 'Bob');
  const state = events(ready([]), { seq: 1, type: 'chat.new', data: chat({ title: '' }) });
  assert.equal(state.chats[10]?.title, 'Bob');
});

test('events: of a chat that was left, the log tells only the id', () => {
  const before = ready([]);
  assert.deepEqual(events(before, { seq: 1, type: 'chat.new', data: { id: 12 } }).chats, {});
});

test('events: a late chat.updated takes nothing back', () => {
  let state = events(ready(), { seq: 1, type: 'message.new', data: message(5) });
  state = events(state, { seq: 2, type: 'chat.updated', data: chat({ title: 'Robert', last_message: message(4), unread: 0 }) });
  assert.equal(state.chats[10]?.title, 'Robert');
  assert.equal(state.chats[10]?.last_message?.id, 5);
  assert.equal(state.chats[10]?.unread, 1);
});

test('events: typing ends by time and by the message', () => {
  const typing = { type: 'typing', data: { chat: 10, user: 2 } };
  let state = events(ready(), typing);
  assert.equal(state.typing[10]?.length, 1);
  assert.equal(reducer(state, { type: 'clock', now: 2000 }), state);
  assert.equal(reducer(state, { type: 'clock', now: 60_000 }).typing[10], undefined);
  state = events(state, { seq: 1, type: 'message.new', data: message(5) });
  assert.equal(state.typing[10]?.length, 0);
  assert.equal(events(ready(), { type: 'typing', data: { chat: 10, user: 1 } }).typing[10], undefined);
});

test('events: leaving a chat takes it away', () => {
  let state = reducer(ready(), { type: 'openChat', chat: 10 });
  state = events(state, { seq: 1, type: 'member.left', data: { chat: 10, user: alice } });
  assert.equal(state.chats[10], undefined);
  assert.equal(state.activeChat, null);
});

test('events: members come and go once, however often it is told', () => {
  const group = ready([chat({ kind: 'group', peer: null })]);
  let state = reducer(group, { type: 'members', chat: 10, members: [{ user: alice, role: 'owner' }] });
  for (const seq of [1, 2]) state = events(state, { seq, type: 'member.joined', data: { chat: 10, user: bob } });
  assert.equal(state.chats[10]?.members, 2);
  state = events(state, { seq: 3, type: 'member.left', data: { chat: 10, user: 2 } });
  assert.deepEqual(state.members[10], [{ user: alice, role: 'owner' }]);
});

test('events: one without sense is skipped, the next ones count', () => {
  const state = events(ready(), { seq: 1, type: 'message.new', data: null }, { seq: 2, type: 'message.new', data: message(5) });
  assert.equal(state.lastSeq, 2);
  assert.equal(state.chats[10]?.unread, 1);
});

test('events: a button answer frees the buttons of its message', () => {
  let state = reducer(ready(), { type: 'pressed', key: '5:a', waiting: true });
  state = reducer(state, { type: 'pressed', key: '6:a', waiting: true });
  state = events(state, { seq: 1, type: 'button.answer', data: { chat: 10, message: 5, press: 1 } });
  assert.deepEqual([...state.pressed], ['6:a']);
});

test('history: pages and live messages merge in order', () => {
  let state = reducer(ready(), { type: 'historyAsked', chat: 10 });
  state = events(state, { seq: 1, type: 'message.new', data: message(9) });
  state = history(state, [7, 8], null, false);
  assert.deepEqual(loadedIds(state), [7, 8, 9]);
  assert.equal(state.threads[10]?.hasOlder, true);
  state = history(state, [5, 6], 7, true);
  assert.deepEqual(loadedIds(state), [5, 6, 7, 8, 9]);
  assert.equal(state.threads[10]?.hasOlder, false);
});

test('loaded again: threads with possible holes go, drafts and the open chat stay', () => {
  let state = history(reducer(ready(), { type: 'openChat', chat: 10 }), [5]);
  state = reducer(state, { type: 'composing', chat: 10, change: { text: 'draft' } });
  state = reducer(state, { type: 'loaded', me: alice, chats: [chat()], lastSeq: 40 });
  assert.deepEqual(loadedIds(state), []);
  assert.equal(state.threads[10]?.loaded, false);
  assert.equal(state.composing[10]?.text, 'draft');
  assert.equal(state.activeChat, 10);
  assert.equal(state.lastSeq, 40);
});

test('signedOut: nothing of the session stays', () => {
  const state = reducer(events(ready(), { seq: 1, type: 'message.new', data: message(5) }), { type: 'signedOut', ended: true });
  assert.deepEqual(state.chats, {});
  assert.equal(state.me, null);
  assert.equal(state.sessionEnded, true);
});

test('uploads: progress after removal brings nothing back', () => {
  const upload = { key: 'k', name: 'a.png', size: 1, progress: 0, error: null, attachment: null };
  let state = reducer(ready(), { type: 'upload', chat: 10, key: 'k', change: upload });
  state = reducer(state, { type: 'upload', chat: 10, key: 'k', change: { progress: 0.5 } });
  assert.equal(state.composing[10]?.uploads[0]?.progress, 0.5);
  state = reducer(state, { type: 'upload', chat: 10, key: 'k', change: null });
  state = reducer(state, { type: 'upload', chat: 10, key: 'k', change: { progress: 0.7 } });
  assert.deepEqual(state.composing[10]?.uploads, []);
});

test('chat list: newest word first, the same object for the same state', () => {
  const other = chat({ id: 11, last_message: message(20, { chat: 11 }) });
  const state = ready([chat({ last_message: message(5) }), other]);
  assert.deepEqual(selectChatList(state).map(({ id }) => id), [11, 10]);
  assert.equal(selectChatList(state), selectChatList({ ...state, lastSeq: 9 }));
});

test('rows: groups, days, the border of new messages, unsent at the end', () => {
  const day = 86_400_000;
  const messages = [
    message(1, { date: day * 10 }),
    message(2, { date: day * 10 + 1000 }),
    message(3, { date: day * 12, nonce: 'theirs' }),
    message(4, { date: day * 12 + 1000, from: alice, nonce: 'n4' }),
  ];
  const item = {
    nonce: 'n5',
    chat: 10,
    text: 'x',
    entities: [],
    attachments: [],
    replyTo: null,
    createdAt: day * 12 + 2000,
    state: 'pending',
    error: null,
    errorMessage: null,
  } as const;
  const rows = rowsOf(messages, [item, { ...item, nonce: 'n4' }], 2, alice.id);
  assert.deepEqual(
    rows.map((row) =>
      'first' in row ? `${row.kind} ${row.key}${row.first ? ' first' : ''}${row.last ? ' last' : ''}` : row.kind,
    ),
    ['day', 'message 1 first', 'message 2 last', 'day', 'new', 'message 3 first last', 'message n4 first', 'outbox n5 last'],
  );
  assert.equal(new Set(rows.map((row) => row.key)).size, rows.length);
  assert.equal(bob.bot, false);
});

test('kinds: that a chat is with a mini-app is known from the list of apps', () => {
  const shop = { ...bob, id: 7, name: 'shop', bot: true };
  const state = ready();
  const known = reducer(state, { type: 'bots', bots: [{ ...shop, miniapp: true, description: '', commands: [] }] });
  assert.equal(selectChatKind(state, chat({ peer: shop })), 'bot');
  assert.equal(selectChatKind(known, chat({ peer: shop })), 'miniapp');
  assert.equal(selectChatKind(known, chat({ peer: { ...shop, id: 8 } })), 'bot');
  assert.equal(selectChatKind(known, chat()), 'person');
  assert.equal(selectChatKind(known, chat({ kind: 'group', peer: null })), 'group');
});
