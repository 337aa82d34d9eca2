import assert from 'node:assert/strict';
import { test } from 'node:test';
import { categoryName, chipsOf } from '../src/catalogue/categories';
import { filled } from '../src/catalogue/Stars';
import type { PublishedApp, Release, ReleaseState } from '../src/publisher/api';
import { keyProblem, linesOf, mayWithdraw, nameProblem, rollbackOf } from '../src/publisher/checks';
import { ready } from './fixtures';
import { reducer } from '../src/state/reducer';

function release(version: string, state: ReleaseState): Release {
  return {
    id: 1, app: 'weather', title: 'Weather', version, publisher: 'acme', state, percent: 0, by: 'alice', date: 0, notes: '',
    findings: '', decided_by: null, decided: null, reason: null,
  };
}

function app(change: Partial<PublishedApp>): PublishedApp {
  const none = { candidate: null, takedown: null, releases: [] };
  return { name: 'weather', title: 'Weather', state: 'live', version: '2', ...none, ...change };
}

test('publishing: a staged version is what is rolled back first', () => {
  const releases = [release('3', 'staged'), release('2', 'live'), release('1', 'superseded')];
  assert.deepEqual(rollbackOf(app({ candidate: { version: '3', percent: 5 }, releases })), { from: '3', to: '2' });
});

test('publishing: a live version gives way to the one that was live last', () => {
  const releases = [release('4', 'in_review'), release('3', 'live'), release('2', 'superseded'), release('1', 'superseded')];
  assert.deepEqual(rollbackOf(app({ version: '3', releases })), { from: '3', to: '2' });
});

test('publishing: a first version, an unreleased and a taken down app cannot be rolled back', () => {
  assert.equal(rollbackOf(app({ releases: [release('2', 'live'), release('1', 'rejected')] })), null);
  assert.equal(rollbackOf(app({ state: 'unreleased', version: null, releases: [release('1', 'in_review')] })), null);
  assert.equal(rollbackOf(app({ state: 'taken_down', releases: [release('2', 'live'), release('1', 'superseded')] })), null);
});

test('publishing: only what waits is withdrawn', () => {
  assert.ok(mayWithdraw(release('1', 'in_review')));
  for (const state of ['staged', 'live', 'rejected', 'withdrawn', 'superseded', 'rolled_back'] as const) {
    assert.ok(!mayWithdraw(release('1', state)), state);
  }
});

test('publishing: names and keys are checked while they are typed', () => {
  for (const name of ['', 'acme', 'Acme_2', 'a'.repeat(32)]) assert.equal(nameProblem(name), null, name);
  for (const name of ['2acme', 'ac me', 'ácme', 'a'.repeat(33)]) assert.equal(nameProblem(name), 'publish.badName', name);
  assert.equal(keyProblem(''), null);
  assert.equal(keyProblem(`ed25519:${'aB3-_'.repeat(8)}xyz`), null);
  for (const key of ['ed25519:', `ed25519:${'a'.repeat(44)}`, `ed25519-secret:${'a'.repeat(43)}`, 'a'.repeat(43)]) {
    assert.equal(keyProblem(key), 'publish.badKey', key);
  }
});

test('publishing: findings are one a line, with their indents', () => {
  assert.deepEqual(linesOf('main.lua:1: a\n  hint: b\r\n\n'), ['main.lua:1: a', '  hint: b']);
  assert.deepEqual(linesOf(''), []);
});

test('catalogue: empty categories are left out, but for the chosen one', () => {
  const categories = [{ name: 'games', count: 2 }, { name: 'news', count: 0 }];
  assert.deepEqual(chipsOf(categories, null), [{ name: 'games', count: 2 }]);
  assert.deepEqual(chipsOf(categories, 'news'), categories);
  assert.deepEqual(chipsOf(categories, 'tools'), [{ name: 'games', count: 2 }, { name: 'tools', count: 0 }]);
});

test('catalogue: an unknown category keeps its name', () => {
  assert.equal(categoryName('games'), 'Games');
  assert.equal(categoryName('constructor'), 'constructor');
});

test('catalogue: stars are filled within their row', () => {
  assert.deepEqual([0, 2.5, 5, 7, -1].map(filled), [0, 50, 100, 100, 0]);
});

test('state: a page takes the place of a chat, and a chat that of a page', () => {
  const open = reducer(ready(), { type: 'openChat', chat: 10 });
  const page = reducer(open, { type: 'openPage', page: { kind: 'publish' } });
  assert.deepEqual([page.activeChat, page.page], [null, { kind: 'publish' }]);
  const list = reducer(page, { type: 'openChat', chat: null });
  assert.deepEqual([list.activeChat, list.page], [null, null]);
  const back = reducer(page, { type: 'openChat', chat: 10 });
  assert.deepEqual([back.activeChat, back.page], [10, null]);
});
