import assert from 'node:assert/strict';
import { test } from 'node:test';
import { above, addressOf, pageFrom, type Page } from '../src/client/pages';

const pages: readonly (readonly [string, Page])[] = [
  ['#/catalogue', { kind: 'catalogue', query: '', category: null }],
  ['#/catalogue?q=rain+%26+snow&category=travel', { kind: 'catalogue', query: 'rain & snow', category: 'travel' }],
  ['#/catalogue/weather', { kind: 'app', name: 'weather' }],
  ['#/publish', { kind: 'publish' }],
  ['#/console', { kind: 'console', path: [] }],
  ['#/console/releases/17', { kind: 'console', path: ['releases', '17'] }],
  ['#/console/apps/a%2Fb', { kind: 'console', path: ['apps', 'a/b'] }],
];

for (const [address, page] of pages) {
  test(`pages: ${address} is read and written back`, () => {
    assert.deepEqual(pageFrom(address), page);
    assert.equal(addressOf(page), address);
  });
}

test('pages: what is no page is left to the chats', () => {
  for (const address of ['', '#', '#/', '#/chat/12', '#/chat', '#/catalogue/a/b', '#/publish/x', '#/elsewhere']) {
    assert.equal(pageFrom(address), null, address);
  }
});

test('pages: slashes too many and a stray percent sign do no harm', () => {
  assert.deepEqual(pageFrom('#/catalogue/'), { kind: 'catalogue', query: '', category: null });
  assert.deepEqual(pageFrom('#/catalogue/100%'), { kind: 'app', name: '100%' });
  assert.deepEqual(pageFrom('#/catalogue?q=100%&category='), { kind: 'catalogue', query: '100%', category: null });
});

test('pages: back leads one step up', () => {
  assert.deepEqual(above({ kind: 'app', name: 'weather' }), { kind: 'catalogue', query: '', category: null });
  assert.deepEqual(above({ kind: 'console', path: ['releases', '17'] }), { kind: 'console', path: ['releases'] });
  for (const page of [{ kind: 'publish' }, { kind: 'console', path: [] }] as const) assert.equal(above(page), null);
});
