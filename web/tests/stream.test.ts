import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ServerEvent } from '../src/model';
import { backoffDelay } from '../src/transport/backoff';
import { EventStream, type Socket, type StreamState } from '../src/transport/stream';
import { ManualTimers } from './fixtures';

class FakeSocket implements Socket {
  onopen: Socket['onopen'] = null;
  onmessage: Socket['onmessage'] = null;
  onclose: Socket['onclose'] = null;
  closed = false;
  readonly sent: unknown[] = [];

  constructor(readonly after: number) {}

  close(): void {
    this.closed = true;
  }

  send(data: string): void {
    this.sent.push(JSON.parse(data));
  }

  opens(): void {
    this.onopen?.(undefined as never);
  }

  says(frame: unknown): void {
    this.onmessage?.({ data: typeof frame === 'string' ? frame : JSON.stringify(frame) });
  }

  breaks(code = 1006): void {
    this.onclose?.({ code });
  }
}

function rig() {
  const timers = new ManualTimers();
  const sockets: FakeSocket[] = [];
  const events: ServerEvent[] = [];
  const batches: number[] = [];
  const frames: unknown[] = [];
  const states: StreamState[] = [];
  let refused = 0;
  let logChanged = 0;
  const stream = new EventStream({
    lastSeq: () => Math.max(0, ...events.map(({ seq }) => seq ?? 0)),
    open: (after) => {
      const socket = new FakeSocket(after);
      sockets.push(socket);
      return socket;
    },
    onEvents: (list) => {
      events.push(...list);
      batches.push(list.length);
    },
    onFrame: (frame) => frames.push(frame),
    onState: (state) => states.push(state),
    onRefused: () => (refused += 1),
    onLogChanged: () => (logChanged += 1),
    timers,
    random: () => 1,
  });
  const last = (): FakeSocket => sockets[sockets.length - 1]!;
  return { timers, sockets, events, batches, frames, states, stream, last, refused: () => refused, logChanged: () => logChanged };
}

test('stream: takes frames in batches, resumes after the last seq', async () => {
  const { timers, sockets, events, batches, states, stream, last } = rig();
  stream.start();
  last().opens();
  last().says({ seq: 1, type: 'a', data: {} });
  last().says({ type: 'typing', data: {} });
  await timers.advance(20);
  assert.deepEqual(batches, [2]);
  last().says({ seq: 2, type: 'b', data: {} });
  last().breaks();
  // What came before the break is taken in before the stream asks where to resume.
  assert.equal(events.length, 3);
  await timers.advance(500);
  assert.equal(sockets.length, 2);
  assert.equal(last().after, 2);
  last().opens();
  assert.deepEqual(states, ['connecting', 'online', 'waiting', 'connecting', 'online']);
});

test('stream: what mini-apps draw does not wait for the batch', () => {
  const { events, frames, stream, last } = rig();
  stream.start();
  last().opens();
  const view = { type: 'miniapp.view', data: { view: 'v1' } };
  const error = { op: 'error', nonce: 'n', error: { code: 'x', message: 'y' } };
  last().says({ seq: 1, type: 'a', data: {} });
  last().says(view);
  last().says(error);
  assert.deepEqual(frames, [view, error]);
  assert.equal(events.length, 0);
});

test('stream: sends only while it is open', () => {
  const { stream, last } = rig();
  assert.equal(stream.send({ op: 'ping' }), false);
  stream.start();
  assert.equal(stream.send({ op: 'ping' }), false);
  last().opens();
  assert.equal(stream.send({ op: 'ping' }), true);
  assert.deepEqual(last().sent, [{ op: 'ping' }]);
  last().breaks();
  assert.equal(stream.send({ op: 'ping' }), false);
});

test('stream: frames that make no sense are left out', async () => {
  const { timers, events, stream, last } = rig();
  stream.start();
  last().opens();
  for (const frame of ['{', 'null', '5', '{"op":"sent"}', '{"type":5}']) last().says(frame);
  await timers.advance(50);
  assert.equal(events.length, 0);
});

test('stream: pauses grow, and a hurry ends them', async () => {
  const { timers, sockets, stream, last, refused } = rig();
  stream.start();
  for (let attempt = 0; attempt < 4; attempt += 1) {
    last().breaks();
    const pause = backoffDelay(attempt, 1);
    await timers.advance(pause - 1);
    assert.equal(sockets.length, attempt + 1);
    await timers.advance(1);
    assert.equal(sockets.length, attempt + 2);
  }
  assert.equal(refused(), 4);
  last().breaks();
  stream.hurry();
  assert.equal(sockets.length, 6);
});

test('stream: a connection that never opens is given up', async () => {
  const { timers, sockets, stream } = rig();
  stream.start();
  await timers.advance(11_000);
  assert.equal(sockets[0]?.closed, true);
  assert.equal(sockets.length, 2);
});

test('stream: the server says that the session has ended', () => {
  const { stream, last, refused } = rig();
  stream.start();
  last().opens();
  last().breaks(4401);
  assert.equal(refused(), 1);
});

test('stream: the server does not know so long a log', async () => {
  const { timers, sockets, stream, last, states, logChanged } = rig();
  stream.start();
  last().opens();
  last().breaks(4409);
  await timers.advance(60_000);
  assert.equal(logChanged(), 1);
  assert.equal(sockets.length, 1);
  assert.equal(states[states.length - 1], 'stopped');
  stream.start();
  assert.equal(sockets.length, 2);
});

test('stream: stopped means silent', async () => {
  const { timers, sockets, events, states, stream, last } = rig();
  stream.start();
  const socket = last();
  socket.opens();
  stream.stop();
  socket.says({ seq: 1, type: 'a', data: {} });
  socket.breaks();
  await timers.advance(60_000);
  assert.equal(sockets.length, 1);
  assert.equal(events.length, 0);
  assert.equal(states[states.length - 1], 'stopped');
});

test('backoff: doubles up to fifteen seconds, with spread', () => {
  assert.deepEqual([0, 1, 2, 20].map((attempt) => backoffDelay(attempt, 1)), [400, 800, 1600, 15_000]);
  assert.equal(backoffDelay(0, 0), 200);
});
