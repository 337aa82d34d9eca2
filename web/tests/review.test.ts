import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DiffLine, Statement } from '../src/console/model';
import { inReviewOrder, nextStep, numbered, percentFrom, pieces } from '../src/console/review';

const line = (kind: DiffLine['kind'], text: string | null = 'x', count: number | null = null): DiffLine => ({
  kind,
  text,
  count,
});
const statement = (what: string, before: string | null, now: string | null): Statement => ({ what, before, now });

test('review: lines are numbered in both versions, over what is skipped', () => {
  const lines = [line('skipped', null, 10), line('same'), line('removed'), line('added'), line('added'), line('same')];
  assert.deepEqual(
    numbered(lines).map(({ before, now }) => [before, now]),
    [[null, null], [11, 11], [12, null], [null, 12], [null, 13], [13, 14]],
  );
});

test('review: a new file has no numbers before, a removed one none now', () => {
  assert.deepEqual(numbered([line('added')]).map(({ before, now }) => [before, now]), [[null, 1]]);
  assert.deepEqual(numbered([line('removed')]).map(({ before, now }) => [before, now]), [[1, null]]);
});

test('review: capabilities come first, the new ones before the others', () => {
  const said = inReviewOrder([
    statement('title', 'A', 'B'),
    statement('capability timers', 'x', null),
    statement('capability store', 'x', 'y'),
    statement('command /go', null, 'z'),
    statement('capability http.fetch', null, 'z'),
  ]);
  assert.deepEqual(
    said.map(({ statement: { what }, kind }) => `${what}: ${kind}`),
    ['capability http.fetch: new', 'capability store: changed', 'capability timers: gone', 'title: changed', 'command /go: new'],
  );
  assert.equal(said[0]?.capability, 'http.fetch');
  assert.equal(said[3]?.capability, null);
});

test('review: a percentage is whole, above what people have, and at most 100', () => {
  assert.equal(percentFrom('25', 10), 25);
  assert.equal(percentFrom(' 100 ', 0), 100);
  assert.equal(percentFrom('10', 10), null);
  for (const typed of ['0', '101', '2.5', '-5', '', 'ten']) assert.equal(percentFrom(typed, 0), null, typed);
  assert.deepEqual([0, 10, 30, 50, 99].map(nextStep), [10, 25, 50, 100, 100]);
});

test('review: what hides in a text is shown by its number', () => {
  assert.deepEqual(pieces('plain\ttext\nhere — приём 👍'), [{ text: 'plain\ttext\nhere — приём 👍', hidden: false }]);
  assert.deepEqual(pieces('a\u202eb'), [
    { text: 'a', hidden: false },
    { text: 'U+202E', hidden: true },
    { text: 'b', hidden: false },
  ]);
  const hidden = { 'U+0000': '\u0000', 'U+000D': '\r', 'U+200B': '\u200b', 'U+FEFF': '\ufeff', 'U+E0041': '\u{e0041}' };
  for (const [text, character] of Object.entries(hidden)) {
    assert.deepEqual(pieces(character), [{ text, hidden: true }]);
  }
  assert.deepEqual(pieces(''), []);
});
