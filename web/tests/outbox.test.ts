import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memoryStorage } from '../src/client/storage';
import type { Message } from '../src/model';
import { ApiError, NetworkError, errorFrom } from '../src/transport/errors';
import { Outbox, type KeyValueStorage, type OutboxItem } from '../src/transport/outbox';
import type { OutgoingMessage } from '../src/transport/rest';
import { ManualTimers, alice, message, settle } from './fixtures';

const draft = { chat: 10, text: 'hello', entities: [], attachments: [], replyTo: null };

interface Rig {
  outbox: Outbox;
  sent: OutgoingMessage[];
  answers: (Error | 'hang' | null)[];
  items: () => readonly OutboxItem[];
  timers: ManualTimers;
  arrived: Message[];
}

/** An outbox whose sends answer as `answers` says, in turn; null and the end of the list mean success. */
function rig(storage: KeyValueStorage = memoryStorage(), start = 0): Rig {
  const timers = new ManualTimers();
  const sent: OutgoingMessage[] = [];
  const answers: (Error | 'hang' | null)[] = [];
  const arrived: Message[] = [];
  let items: readonly OutboxItem[] = [];
  let count = start;
  const outbox = new Outbox({
    storage,
    prefix: 'box',
    timers,
    random: () => 1,
    makeNonce: () => `n${(count += 1)}`,
    onChange: (next) => (items = next),
    onSent: (answer) => arrived.push(answer),
    send: async (_chat, out) => {
      sent.push(out);
      const answer = answers.shift() ?? null;
      if (answer === 'hang') return new Promise(() => undefined);
      if (answer) throw answer;
      return message(100 + sent.length, { from: alice, text: out.text, nonce: out.nonce });
    },
  });
  return { outbox, sent, answers, items: () => items, timers, arrived };
}

test('outbox: sends once and forgets', async () => {
  const storage = memoryStorage();
  const { outbox, sent, items, arrived } = rig(storage);
  outbox.add(draft);
  assert.equal(storage.length, 1);
  await settle();
  assert.deepEqual(sent, [{ text: 'hello', nonce: 'n1' }]);
  assert.equal(items().length, 0);
  assert.equal(storage.length, 0);
  assert.equal(arrived.length, 1);
});

test('outbox: sends one after another within a chat', async () => {
  const { outbox, sent, answers } = rig();
  answers.push('hang');
  outbox.add({ ...draft, text: 'first' });
  outbox.add({ ...draft, text: 'second' });
  outbox.add({ ...draft, chat: 11, text: 'elsewhere' });
  await settle();
  assert.deepEqual(sent.map(({ text }) => text), ['first', 'elsewhere']);
});

test('outbox: a broken network is tried again with the same nonce, then shows as failed', async () => {
  const { outbox, sent, answers, items, timers } = rig();
  answers.push(new NetworkError(), new NetworkError(), new NetworkError());
  outbox.add({ ...draft, text: 'first' });
  outbox.add({ ...draft, text: 'second' });
  await timers.advance(60_000);
  assert.deepEqual(sent.map(({ nonce }) => nonce), ['n1', 'n1', 'n1']);
  assert.deepEqual(items().map(({ state, error }) => `${state} ${error}`), ['failed network', 'failed network']);
  outbox.resume();
  await settle();
  assert.deepEqual(sent.slice(3).map(({ text, nonce }) => `${text} ${nonce}`), ['first n1', 'second n2']);
  assert.equal(items().length, 0);
});

test('outbox: retry by hand uses the same nonce', async () => {
  const { outbox, sent, answers, items, timers } = rig();
  answers.push(new NetworkError(), new NetworkError(), new NetworkError());
  outbox.add(draft);
  await timers.advance(60_000);
  outbox.retry('n1');
  await settle();
  assert.deepEqual(sent.map(({ nonce }) => nonce), ['n1', 'n1', 'n1', 'n1']);
  assert.equal(items().length, 0);
});

test('outbox: a refusal is final and does not stop the next message', async () => {
  const { outbox, sent, answers, items } = rig();
  answers.push(new ApiError(400, 'text_too_long', 'The text is too long.', null));
  outbox.add({ ...draft, text: 'bad' });
  outbox.add({ ...draft, text: 'good' });
  await settle();
  assert.deepEqual(sent.map(({ text }) => text), ['bad', 'good']);
  assert.deepEqual(items().map(({ state, error }) => `${state} ${error}`), ['failed text_too_long']);
  outbox.resume();
  await settle();
  assert.equal(sent.length, 2);
  outbox.discard('n1');
  assert.equal(items().length, 0);
});

test('outbox: a rate limit waits as long as it says', async () => {
  const { outbox, sent, answers, items, timers } = rig();
  answers.push(new ApiError(429, 'rate_limited', '', 3));
  outbox.add(draft);
  await timers.advance(2_900);
  assert.equal(sent.length, 1);
  assert.equal(items()[0]?.state, 'pending');
  await timers.advance(200);
  assert.equal(sent.length, 2);
  assert.equal(items().length, 0);
});

test('outbox: an ended session keeps everything', async () => {
  const storage = memoryStorage();
  const { outbox, sent, answers } = rig(storage);
  answers.push(new ApiError(401, 'unauthorized', '', null));
  outbox.add(draft);
  await settle();
  outbox.resume();
  await settle();
  assert.equal(sent.length, 1);
  assert.equal(storage.length, 1);
});

test('outbox: a reload loses nothing and keeps order and nonces', async () => {
  const storage = memoryStorage();
  const before = rig(storage);
  before.answers.push('hang');
  before.outbox.add({ ...draft, text: 'first', replyTo: 7 });
  before.outbox.add({ ...draft, text: 'second', attachments: [{ type: 'file', file: 3, name: 'a', size: 1, mime: 'x/y' }] });
  await settle();
  storage.setItem('box.broken', '{"nonce":1');
  storage.setItem('other.key', '{}');
  const after = rig(storage, 50);
  assert.deepEqual(after.outbox.all.map(({ text, state }) => `${text} ${state}`), ['first pending', 'second pending']);
  after.outbox.resume();
  await settle();
  assert.deepEqual(after.sent, [
    { text: 'first', nonce: 'n1', reply_to: 7 },
    { text: 'second', nonce: 'n2', attachments: [{ file: 3 }] },
  ]);
});

test('outbox: the event log may bring the message before the answer', async () => {
  const { outbox, answers, items } = rig();
  answers.push('hang');
  outbox.add(draft);
  outbox.acknowledge('n1');
  assert.equal(items().length, 0);
});

test('errors: bodies of any kind', () => {
  const error = errorFrom(429, '{"error":{"code":"rate_limited","message":"Slow down.","retry_after":2}}');
  assert.deepEqual([error.status, error.code, error.message, error.retryAfter], [429, 'rate_limited', 'Slow down.', 2]);
  for (const body of ['', '<html>', 'null', '[]', '{"error":null}', '{"error":{"code":5}}']) {
    assert.equal(errorFrom(502, body).code, 'http_502');
  }
});
