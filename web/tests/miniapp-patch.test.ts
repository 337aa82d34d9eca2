import assert from 'node:assert/strict';
import { test } from 'node:test';
import { idOf, type Node, type PatchStep } from '../src/miniapp/node';
import { applyPatch, PatchError } from '../src/miniapp/patch';

const leaf = (text: string): Node => ({ t: 'text', p: { text } });
const tree: Node = {
  t: 'page',
  p: { title: 'Cart' },
  n: [{ t: 'row', k: 1, n: [leaf('a'), leaf('b')] }, { t: 'row', k: 2, n: [leaf('c')] }],
};
const words = (node: Node): unknown => (node.n ? node.n.map(words) : node.p?.['text']);

const cases: readonly (readonly [string, readonly PatchStep[], unknown])[] = [
  ['sets and removes props', [['p', [0, 1], { text: 'B', color: 'muted' }]], [['a', 'B'], ['c']]],
  ['replaces', [['r', [1], leaf('x')]], [['a', 'b'], 'x']],
  ['replaces the root', [['r', [], { t: 'page', n: [leaf('x')] }]], ['x']],
  ['deletes', [['d', [0], 0, 2]], [undefined, ['c']]],
  ['inserts at the end', [['i', [0], 2, [leaf('x'), leaf('y')]]], [['a', 'b', 'x', 'y'], ['c']]],
  ['inserts into what had no children', [['i', [1, 0], 0, [leaf('x')]]], [['a', 'b'], [['x']]]],
  ['moves down', [['m', [0], 0, 1]], [['b', 'a'], ['c']]],
  ['moves up', [['m', [], 1, 0]], [['c'], ['a', 'b']]],
  ['takes the steps in order', [['d', [], 0, 1], ['p', [0, 0], { text: 'C' }]], [['C']]],
];
for (const [name, steps, expected] of cases) {
  test(`patch: ${name}`, () => assert.deepEqual(words(applyPatch(tree, steps)), expected));
}

test('patch: what is not touched stays the same object, and the tree before is as it was', () => {
  const before = JSON.stringify(tree);
  const next = applyPatch(tree, [['p', [0, 0], { text: 'A' }]]);
  assert.equal(JSON.stringify(tree), before);
  assert.ok(next !== tree && next.n![0] !== tree.n![0]);
  assert.equal(next.n![1], tree.n![1]);
  assert.equal(next.n![0]!.n![1], tree.n![0]!.n![1]);
});

test('patch: an empty one gives the same tree; the last prop and the last child leave no empty rest', () => {
  assert.equal(applyPatch(tree, []), tree);
  assert.deepEqual(applyPatch({ t: 'row', p: { gap: 1 }, n: [leaf('a')] }, [['p', [],
    { gap: null }], ['d', [], 0, 1]]), { t: 'row' });
});

const misfits: readonly unknown[] = [
  ['p', [7], { text: 'x' }],
  ['p', [0, 0, 0], {}],
  ['r', [0], { no: 'node' }],
  ['d', [0], 1, 2],
  ['d', [0], -1, 1],
  ['i', [0], 3, [leaf('x')]],
  ['i', [0], 0, ['x']],
  ['m', [0], 0, 2],
  ['z', [0]],
  ['p', 'path', {}],
  'nothing',
];
for (const step of misfits) {
  test(`patch: ${JSON.stringify(step)} does not fit`, () => {
    let thrown: unknown;
    try {
      applyPatch(tree, [step as PatchStep]);
    } catch (error) {
      thrown = error;
    }
    assert.ok(thrown instanceof PatchError);
  });
}

test('nodes: keys name a child for good, places do not; a list counts from its window', () => {
  const row: Node = { t: 'row', n: [] };
  assert.equal(idOf(row, '/0', { t: 'text', k: 'x' }, 3), '/0/kx');
  assert.equal(idOf(row, '/0', { t: 'text' }, 3), '/0/3');
  assert.equal(idOf({ t: 'list', p: { from: 40 } }, '/0', { t: 'text' }, 3), '/0/43');
});
