import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addressFrom, addressFromUrl, pathOf } from '../src/miniapp/address';
import { chartFrom, pieSlices, scaleOf } from '../src/miniapp/chart';
import { between, movingOf } from '../src/miniapp/ease';
import { readMarkup } from '../src/miniapp/markup';
import { applyPatch } from '../src/miniapp/patch';
import { clockText } from '../src/miniapp/relative';
import { assetPath, outsideHref, paint, pathData } from '../src/miniapp/safe';
import { visible, wanted } from '../src/miniapp/window';
import { WindowAsker } from '../src/miniapp/windowAsker';
import { ManualTimers } from './fixtures';

test('address: of the browser and of a message, read and written back', () => {
  const whole = { app: 'shop', page: 'item', query: { id: '7 8' }, chat: 12 };
  assert.deepEqual(addressFrom('/a/shop/item', '?id=7+8&chat=12'), whole);
  assert.equal(pathOf(whole), '/a/shop/item?id=7+8&chat=12');
  assert.deepEqual(addressFromUrl('stoa:a/shop/item?id=7%208&chat=12'), whole);
  assert.deepEqual(addressFrom('/a/shop', ''), { app: 'shop', page: null, query: {}, chat: null });
  assert.equal(pathOf({ app: 'shop', page: null, query: {}, chat: null }), '/a/shop');
  for (const path of ['/', '/a', '/a/', '/b/shop', '/a/shop/item/more']) assert.equal(addressFrom(path, ''), null, path);
  for (const url of ['https://example.org/a/shop', 'stoa:b/shop', 'stoa:a/', 'javascript:alert(1)']) {
    assert.equal(addressFromUrl(url), null, url);
  }
  assert.equal(addressFrom('/a/shop', '?chat=1e9')?.chat, null);
});

test('address: a parameter of the app that is called as the chat’s is kept apart from it', () => {
  const own = { app: 'shop', page: 'item', query: { chat: 'all', 'q.chat': 'x', 'q.other': 'y' }, chat: 12 };
  assert.equal(pathOf(own), '/a/shop/item?q.chat=all&q.q.chat=x&q.other=y&chat=12');
  for (const chat of [12, null]) {
    const [path = '', search = ''] = pathOf({ ...own, chat }).split('?');
    assert.deepEqual(addressFrom(path, `?${search}`), { ...own, chat });
  }
  assert.deepEqual(addressFromUrl('stoa:a/shop?q.chat=all')?.query, { chat: 'all' });
});

test('names: those that objects have by birth are an app’s like others', () => {
  const { query } = addressFrom('/a/shop', '?__proto__=1&constructor=2')!;
  assert.deepEqual(Object.entries(query), [['__proto__', '1'], ['constructor', '2']]);
  assert.equal(pathOf({ app: 'shop', page: null, query, chat: null }), '/a/shop?__proto__=1&constructor=2');
  for (const color of ['constructor', '__proto__', 'toString']) {
    assert.ok([undefined, color].includes(paint(color)), color);
  }
  const patched = applyPatch({ t: 'text' }, [['p', [], JSON.parse('{"__proto__":"x","constructor":1}')]]);
  assert.deepEqual(Object.entries(patched.p!), [['__proto__', 'x'], ['constructor', 1]]);
  const data = chartFrom(['__proto__'], [{ title: '__proto__', values: [1] }, { title: 'constructor', values: [2] }]);
  assert.deepEqual(data.series.map(({ title }) => title), ['__proto__', 'constructor']);
});

test('safe: files of the app alone, https alone, colours and paths that are none of a script', () => {
  assert.equal(assetPath('shop', 'assets/img/x 1.png'), null);
  assert.equal(assetPath('shop', 'assets/img/x-1.png'), '/v1/apps/shop/assets/img/x-1.png');
  for (const src of ['assets/../x', 'assets/..', 'assets//x', '/assets/x', 'https://x/y.png', 'assets/x?y', 5]) {
    assert.equal(assetPath('shop', src), null, String(src));
  }
  assert.equal(outsideHref('https://example.org'), 'https://example.org/');
  for (const url of ['http://example.org', 'javascript:alert(1)', 'data:text/html,x', '/x',
    null]) assert.equal(outsideHref(url), null);
  assert.equal(paint('accent'), 'var(--accent)');
  assert.equal(paint('#0f76'), '#0f76');
  for (const color of ['url(#x)', 'url(https://x)', 'red;x', 'var(--x)', '']) assert.equal(paint(color), undefined, color);
  assert.equal(pathData('M0 0L1.5-2z'), 'M0 0L1.5-2z');
  assert.equal(pathData('M0 0"onload='), undefined);
});

test('markup: bold, italic, code and links; what does not close is text', () => {
  assert.deepEqual(readMarkup('a **b *c*** `d*` [e](https://x.org/)'), [
    { kind: 'text', text: 'a ' },
    { kind: 'bold', pieces: [{ kind: 'text', text: 'b ' }, { kind: 'italic', pieces: [{ kind: 'text', text: 'c' }] }] },
    { kind: 'text', text: ' ' },
    { kind: 'code', text: 'd*' },
    { kind: 'text', text: ' ' },
    { kind: 'link', url: 'https://x.org/', pieces: [{ kind: 'text', text: 'e' }] },
  ]);
  for (const text of ['2 * 3 * 4', '**open', '`', '[x](javascript:alert(1))', '[x](http://x.org)', '<b>x</b>', '** a **']) {
    assert.deepEqual(readMarkup(text), [{ kind: 'text', text }], text);
  }
});

test('window: asks when the rows in sight come near the edge of those here', () => {
  const sight = { offset: 0, height: 600, rowHeight: 50, total: 1000 };
  assert.deepEqual(visible(sight), { from: 0, count: 12 });
  assert.equal(wanted(sight, { from: 0, count: 60 }), null);
  assert.deepEqual(wanted({ ...sight, offset: 20_000 }, { from: 0, count: 60 }), { from: 380, count: 52 });
  assert.deepEqual(wanted({ ...sight, offset: 49_400 }, { from: 0, count: 60 }), { from: 968, count: 32 });
  // Below or above the screen nothing is in sight.
  assert.equal(wanted({ ...sight, offset: -900 }, { from: 0, count: 0 }), null);
  assert.equal(wanted({ ...sight, offset: 90_000 }, { from: 0, count: 0 }), null);
  assert.equal(wanted({ ...sight, total: 30 }, { from: 0, count: 30 }), null);
});

test('window: at most one in a tenth of a second, and the newest wish', async () => {
  const timers = new ManualTimers();
  const sent: unknown[] = [];
  const asker = new WindowAsker((key, { from }) => sent.push([key, from, timers.now()]), timers);
  for (let from = 0; from < 5; from += 1) asker.ask('a', { from, count: 10 });
  asker.ask('b', { from: 9, count: 10 });
  await timers.advance(500);
  asker.ask('b', { from: 9, count: 10 });
  await timers.advance(500);
  assert.deepEqual(sent, [['a', 0, 0], ['a', 4, 100], ['b', 9, 200]]);
  asker.forget();
  asker.ask('b', { from: 9, count: 10 });
  assert.equal(sent.length, 4);
});

test('chart: round scales, bars from zero, slices that make a whole', () => {
  const data = chartFrom(['a'], [{ title: 'x', values: [120, 'no', 310] }]);
  assert.deepEqual(data.labels, ['a', '2', '3']);
  assert.deepEqual(data.series[0]!.values, [120, 0, 310]);
  assert.deepEqual(scaleOf(data, true), { min: 0, max: 400, ticks: [0, 100, 200, 300, 400] });
  assert.deepEqual(scaleOf(chartFrom([], [{ values: [-5, 5] }]), true).ticks, [-5, 0, 5]);
  assert.deepEqual(scaleOf(chartFrom([], [{ values: [7, 7] }]), false).ticks.length > 1, true);
  assert.equal(pieSlices(chartFrom([], [{ values: [1, 0, 3, -2] }])).length, 2);
  assert.deepEqual(chartFrom(null, 'x'), { labels: [], series: [] });
});

test('ease: from where a shape was to where it is to be', () => {
  const from = movingOf({ x: 0, y: 10, text: 'x' });
  const to = movingOf({ x: 100, y: 10, r: 5 });
  assert.deepEqual(between(from, to, 0), { x: 0, y: 10, r: 5 });
  assert.deepEqual(between(from, to, 1), to);
  const half = between(from, to, 0.5).x!;
  assert.ok(half > 50 && half < 100);
});

test('timer: as a clock', () => {
  assert.deepEqual([0, 59, 247, 3847, 176_647].map(clockText), ['0:00', '0:59', '4:07', '1:04:07', '2:01:04:07']);
});
