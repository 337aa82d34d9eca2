import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ClientFrame, Node, Place, ViewFrame } from '../src/miniapp/node';
import { back, go, lead, samePlace, type Stack } from '../src/miniapp/stack';
import { isBusy, isLeaving, open, step, type Effect, type Input, type View } from '../src/miniapp/view';

const home: Place = { page: null, query: {} };
const item: Place = { page: 'item', query: { id: '7' } };
const tree = (text: string): Node => ({ t: 'page', n: [{ t: 'text', p: { text } }] });

/** A view, and what it sends and has done. */
function rig(options: { readonly online?: boolean; readonly place?: Place } = {}) {
  const sent: ClientFrame[] = [];
  const effects: Effect[] = [];
  let view: View;
  const take = ({ view: next, effects: all }: { view: View; effects: readonly Effect[] }): void => {
    view = next;
    for (const effect of all) (effect.type === 'send' ? sent : effects).push((effect.type === 'send' ?
      effect.frame : effect) as never);
  };
  const { online = true, place = home } = options;
  take(open({ view: 'v', app: 'shop', chat: null, place, lang: 'en', theme: 'light', online }));
  const does = (input: Input): void => take(step(view, input));
  const says = (frame: Omit<ViewFrame, 'view'>): void => does({ type: 'frame', frame: { view: 'v', ...frame } });
  const presses = (nonce: string, by = '/0', more: object = {}): void =>
    does({ type: 'act', act: { nonce, on: ['buy', 1], by, form: false, ...more } });
  return { sent, effects, does, says, presses, get: () => view! };
}

const opening = { op: 'view.open', view: 'v', app: 'shop', query: {}, lang: 'en', theme: 'light' };
const buying = (nonce: string): object => ({ op: 'view.act', view: 'v', nonce, on: ['buy', 1] });

test('view: opens, shows a tree, takes differences', () => {
  const { sent, says, get } = rig();
  assert.deepEqual(sent, [opening]);
  says({ tree: tree('a'), version: 1, page: 'home', app: 'shop', chat: 10 });
  assert.equal(get().awaiting, false);
  assert.equal(get().chat, 10);
  assert.deepEqual(get().stack, [{ page: 'home', query: {} }]);
  says({ patch: [['p', [0], { text: 'b' }]], from: 1, version: 2 });
  assert.deepEqual(get().tree, tree('b'));
  assert.equal(get().version, 2);
});

test('view: a difference that does not follow, or does not fit, opens it again', () => {
  for (const bad of [{ patch: [], from: 5, version: 6 }, { patch: [['d', [], 4, 1] as const], from: 1, version: 2 }]) {
    const { sent, says, get } = rig();
    says({ tree: tree('a'), version: 1, page: 'home' });
    says(bad);
    assert.deepEqual(sent[1], { ...opening, page: 'home' });
    assert.deepEqual(get().tree, tree('a'));
    // Until the whole tree is here, differences have nothing to follow.
    says({ patch: [['p', [0], { text: 'x' }]], from: 1, version: 2 });
    assert.equal(sent.length, 2);
    says({ tree: tree('b'), version: 1, page: 'home' });
    assert.deepEqual(get().tree, tree('b'));
    assert.equal(get().visit, 0);
  }
});

test('view: after a break the same page is opened, then what was not answered goes out with the same nonce', () => {
  const { sent, does, says, presses, get } = rig({ place: item });
  says({ tree: tree('a'), version: 1, page: 'item' });
  presses('n1');
  assert.deepEqual(sent[1], buying('n1'));
  does({ type: 'offline' });
  presses('n2');
  assert.equal(sent.length, 2);
  assert.deepEqual(get().tree, tree('a'));
  does({ type: 'online' });
  assert.deepEqual(sent[2], { ...opening, ...item });
  assert.equal(sent.length, 3);
  says({ tree: tree('b'), version: 1, page: 'item' });
  assert.deepEqual(sent.slice(3), [buying('n1'), buying('n2')]);
  says({ acted: 'n1' });
  says({ acted: 'n2' });
  assert.equal(get().acts.length, 0);
  does({ type: 'offline' });
  does({ type: 'online' });
  says({ tree: tree('b'), version: 1, page: 'item' });
  assert.equal(sent.length, 6);
});

test('view: opened without a connection it waits for one', () => {
  const { sent, does } = rig({ online: false });
  assert.equal(sent.length, 0);
  does({ type: 'online' });
  assert.deepEqual(sent, [opening]);
});

test('view: leads to another page and back; a tree of the page before comes too late', () => {
  const { sent, effects, does, says, get } = rig();
  says({ tree: tree('home'), version: 3, page: 'home' });
  does({ type: 'go', place: item });
  assert.deepEqual(sent[1], { ...opening, ...item });
  assert.equal(get().visit, 0);
  says({ tree: tree('late'), version: 4, page: 'home' });
  assert.deepEqual(get().tree, tree('home'));
  says({ tree: tree('item'), version: 1, page: 'item' });
  assert.equal(get().visit, 1);
  does({ type: 'back' });
  assert.deepEqual(sent[2], { ...opening, page: 'home' });
  assert.deepEqual(effects, [{ type: 'moved', by: 'person' }, { type: 'moved', by: 'person' }]);
});

test('view: an app leads the page that is shown to another query without a step', () => {
  const { sent, effects, says, get } = rig({ place: item });
  says({ tree: tree('a'), version: 1, page: 'item' });
  const eight = { page: 'item', query: { id: '8' } };
  says({ notes: [{ kind: 'go', ...eight }] });
  assert.deepEqual(get().stack, [eight]);
  assert.deepEqual(sent[1], { ...opening, ...eight });
  assert.deepEqual(effects, [{ type: 'moved', by: 'app' }]);
  // Its links are those of the query before.
  assert.equal(isLeaving(get()), true);
  says({ tree: tree('b'), version: 1, page: 'item' });
  assert.equal(isLeaving(get()), false);
  // What was typed into it stays.
  assert.deepEqual([get().visit, get().moves], [0, 0]);
  says({ notes: [{ kind: 'go', page: 'cart', query: {} }] });
  assert.deepEqual(get().stack, [eight, { page: 'cart', query: {} }]);
  assert.equal(get().moves, 1);
});

test('view: what the app notes', () => {
  const { sent, effects, says, presses, get } = rig();
  says({ tree: tree('a'), version: 1, page: 'home' });
  presses('n1');
  says({ acted: 'n1', notes: [{ kind: 'toast', text: 'Done' }, { kind: 'go', page: 'item', query: { id: '7' } }] });
  assert.deepEqual(effects, [{ type: 'toast', text: 'Done' }, { type: 'moved', by: 'app' }]);
  assert.deepEqual(sent[2], { ...opening, ...item });
  says({ tree: tree('item'), version: 1, page: 'item', notes: [{ kind: 'back' }] });
  assert.deepEqual(sent[3], { ...opening, page: 'home' });
  assert.equal(get().stack.length, 1);
});

test('view: a form is over when it was taken; a field that is wrong keeps what was typed', () => {
  const { effects, does, says, presses, get } = rig();
  says({ tree: tree('a'), version: 1, page: 'home' });
  const form = { form: true, typed: { '/0/1': 'x' }, values: { name: 'x' } };
  presses('n1', '/0', form);
  says({ notes: [{ kind: 'invalid', fields: { name: 'Taken', other: 'Bad' } }] });
  says({ acted: 'n1' });
  assert.deepEqual(effects, []);
  assert.deepEqual(get().invalid, { form: '/0', fields: { name: 'Taken', other: 'Bad' }, answer: 'n1' });
  does({ type: 'corrected', name: 'name' });
  assert.deepEqual(get().invalid?.fields, { other: 'Bad' });
  presses('n2', '/0', form);
  assert.equal(get().invalid, null);
  says({ acted: 'n2' });
  assert.deepEqual(effects, [{ type: 'submitted', typed: { '/0/1': 'x' } }]);
});

test('view: a value is shown at once, until the last of its actions is answered', () => {
  const { does, says, get } = rig();
  says({ tree: tree('a'), version: 1, page: 'home' });
  const set = (nonce: string, value: unknown): void =>
    does({ type: 'act', act: { nonce, on: ['set'], by: '/3', form: false, value }, optimistic: { value } });
  set('n1', 2);
  set('n2', 3);
  assert.equal(get().optimistic['/3'], 3);
  says({ acted: 'n1' });
  assert.equal(get().optimistic['/3'], 3);
  assert.ok(isBusy(get(), '/3'));
  says({ acted: 'n2' });
  assert.deepEqual(get().optimistic, {});
  assert.ok(!isBusy(get(), '/3'));
});

test('view: an action that failed, on the turn or on the way, gives its value back and says so', () => {
  const failure = { code: 'app_failed', message: 'No' };
  const { effects, does, says, get } = rig();
  says({ tree: tree('a'), version: 1, page: 'home' });
  does({ type: 'act', act: { nonce: 'n1', on: ['set'], by: '/3', form: false }, optimistic: { value: 1 } });
  says({ acted: 'n1', error: failure });
  does({ type: 'act', act: { nonce: 'n2', on: ['set'], by: '/3', form: false }, optimistic: { value: 1 } });
  does({ type: 'refused', nonce: 'n2', failure });
  does({ type: 'refused', nonce: 'n2', failure });
  const failed = { type: 'failed', failure, by: '/3', form: false };
  assert.deepEqual(effects, [failed, failed]);
  assert.deepEqual(get().optimistic, {});
  assert.equal(get().error, null);
});

test('view: after a break, a page that no longer offers an action has done it', () => {
  const failure = { code: 'action_not_offered', message: 'No' };
  const { effects, does, says, presses, get } = rig();
  says({ tree: tree('a'), version: 1, page: 'home' });
  presses('n1');
  does({ type: 'offline' });
  presses('n2');
  does({ type: 'online' });
  says({ tree: tree('b'), version: 1, page: 'home' });
  says({ acted: 'n1', error: failure });
  assert.deepEqual(effects, []);
  // This one never was there.
  says({ acted: 'n2', error: failure });
  assert.equal(effects.length, 1);
  assert.equal(get().acts.length, 0);
});

test('view: let go by the server, it is opened again, and the action sent once more', () => {
  const failure = { code: 'view_not_found', message: 'No' };
  const { sent, effects, says, presses, get } = rig();
  says({ tree: tree('a'), version: 1, page: 'home' });
  presses('n1');
  says({ acted: 'n1', error: failure });
  assert.deepEqual(sent[2], { ...opening, page: 'home' });
  says({ tree: tree('a'), version: 1, page: 'home' });
  assert.deepEqual(sent[3], buying('n1'));
  says({ acted: 'n1', error: failure });
  assert.equal(effects.length, 1);
  assert.equal(get().acts.length, 0);
});

test('view: a page that cannot be drawn, and one that does not come', () => {
  const failure = { code: 'app_failed', message: 'No' };
  const { sent, does, says, get } = rig();
  says({ error: failure });
  assert.deepEqual(get().error, failure);
  does({ type: 'reload' });
  assert.equal(get().error, null);
  assert.equal(sent.length, 2);
  does({ type: 'late', failure });
  assert.deepEqual(get().error, failure);
  says({ tree: tree('a'), version: 1, page: 'home' });
  assert.equal(get().error, null);
  does({ type: 'late', failure });
  assert.equal(get().error, null);
});

test('view: frames of other views, and nonsense, change nothing', () => {
  const { does, says, get } = rig();
  const before = get();
  does({ type: 'frame', frame: { view: 'w', tree: tree('x'), version: 1 } });
  assert.equal(get(), before);
  says({ tree: 5 as never });
  says({ notes: 'x' as never });
  assert.equal(get().tree, null);
});

test('view: in another theme it is drawn anew', () => {
  const { sent, does } = rig();
  does({ type: 'dressed', theme: 'dark' });
  does({ type: 'dressed', theme: 'dark' });
  assert.deepEqual(sent[1], { ...opening, theme: 'dark' });
  assert.equal(sent.length, 2);
});

test('stack: the same page is no step, back leads from an inner page to the first and no further', () => {
  const first: Stack = [home];
  assert.ok(samePlace(home, { page: 'home', query: {} }));
  assert.ok(!samePlace(item, { page: 'item', query: { id: '8' } }));
  assert.equal(go(first, { page: 'home', query: {} }), first);
  assert.deepEqual(go(first, item), [home, item]);
  assert.equal(back(first), first);
  assert.deepEqual(back([home, item]), [home]);
  assert.deepEqual(back([item]), [home]);
  let deep = first;
  for (let id = 0; id < 80; id += 1) deep = go(deep, { page: 'item', query: { id: String(id) } });
  assert.equal(deep.length, 50);
});

test('stack: an app that leads to the page that is shown takes its place, a person who follows a link does not', () => {
  const eight = { page: 'item', query: { id: '8' } };
  const stack: Stack = [home, item];
  assert.deepEqual(lead(stack, eight), [home, eight]);
  assert.deepEqual(go(stack, eight), [home, item, eight]);
  assert.equal(lead(stack, item), stack);
  assert.deepEqual(lead([home], { page: 'home', query: { words: 'tea' } }), [{ page: 'home', query: { words: 'tea' } }]);
});
