import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Entity } from '../src/model';
import { toTree, type Node } from '../src/text/entities';
import { safeHref, withLinks } from '../src/text/links';

/** The tree in one line: `<type>…</>`. */
function shown(text: string, entities: readonly Entity[]): string {
  const draw = (node: Node): string =>
    node.kind === 'text' ? node.text : `<${node.entity.type}>${node.children.map(draw).join('')}</>`;
  return toTree(text, entities).map(draw).join('');
}

const cases: readonly (readonly [string, string, readonly Entity[], string])[] = [
  ['no entities', 'hello', [], 'hello'],
  ['one in the middle', 'a bold b', [{ type: 'bold', offset: 2, length: 4 }], 'a <bold>bold</> b'],
  [
    'nested',
    'abcdef',
    [
      { type: 'italic', offset: 2, length: 2 },
      { type: 'bold', offset: 0, length: 6 },
    ],
    '<bold>ab<italic>cd</>ef</>',
  ],
  [
    'same range: the first given is outside',
    'ab',
    [
      { type: 'bold', offset: 0, length: 2 },
      { type: 'italic', offset: 0, length: 2 },
    ],
    '<bold><italic>ab</></>',
  ],
  [
    'crossing ones are split',
    'abcdef',
    [
      { type: 'bold', offset: 0, length: 4 },
      { type: 'italic', offset: 2, length: 4 },
    ],
    '<bold>ab<italic>cd</></><italic>ef</>',
  ],
  ['offsets count UTF-16 units', '👍 ok', [{ type: 'bold', offset: 3, length: 2 }], '👍 <bold>ok</>'],
  ['a border inside a pair moves out', 'a👍b', [{ type: 'bold', offset: 2, length: 2 }], 'a<bold>👍b</>'],
  ['too long is cut', 'abc', [{ type: 'bold', offset: 1, length: 99 }], 'a<bold>bc</>'],
  ['outside is dropped', 'abc', [{ type: 'bold', offset: 7, length: 2 }], 'abc'],
  ['an empty one is dropped', 'abc', [{ type: 'bold', offset: 1, length: 0 }], 'abc'],
  ['a broken offset is dropped', 'abc', [{ type: 'bold', offset: NaN, length: 2 }], 'abc'],
  ['a negative length is dropped', 'abc', [{ type: 'bold', offset: 2, length: -2 }], 'abc'],
  ['negative offset is cut', 'abc', [{ type: 'bold', offset: -1, length: 2 }], '<bold>a</>bc'],
];

for (const [name, text, entities, expected] of cases) {
  test(`entities: ${name}`, () => assert.equal(shown(text, entities), expected));
}

test('entities: whatever comes, every character is drawn once', () => {
  let seed = 7;
  const random = (limit: number): number => {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    return seed % limit;
  };
  const flat = (node: Node): string => (node.kind === 'text' ? node.text : node.children.map(flat).join(''));
  for (let run = 0; run < 300; run += 1) {
    const text = 'ab👍cd\nefgh 👩‍👧 ij';
    const entities = Array.from({ length: random(8) }, () => ({ type: 'bold', offset: random(24) - 2, length: random(20) - 1 }));
    assert.equal(toTree(text, entities).map(flat).join(''), text);
  }
});

test('entities: a thousand nested ones do not exhaust the stack', () => {
  const entities = Array.from({ length: 1000 }, (_, index) => ({ type: 'bold', offset: index, length: 2000 - 2 * index }));
  assert.ok(toTree('x'.repeat(2000), entities).length > 0);
});

test('links: addresses are found without the punctuation after them', () => {
  const found = (text: string): string[] =>
    withLinks(text, []).map((entity) => text.slice(entity.offset, entity.offset + entity.length));
  assert.deepEqual(found('See https://a.example/x, and (http://b.example/y).'), ['https://a.example/x', 'http://b.example/y']);
  assert.deepEqual(found('https://a.example/w/A_(b)'), ['https://a.example/w/A_(b)']);
  assert.deepEqual(found('nothing here: javascript:alert(1)'), []);
});

test('links: none inside code or another link', () => {
  const entities = [{ type: 'code', offset: 0, length: 17 }];
  assert.equal(withLinks('https://a.example', entities), entities);
});

test('links: only web and mail addresses become links', () => {
  assert.equal(safeHref('https://a.example/'), 'https://a.example/');
  assert.equal(safeHref('a.example/x'), 'https://a.example/x');
  assert.equal(safeHref('mailto:a@b.example'), 'mailto:a@b.example');
  const refused = ['javascript:alert(1)', 'JAVASCRIPT:alert(1)', 'data:text/html,x', 'file:///x', 'blob:x', '', undefined];
  for (const bad of refused) {
    assert.equal(safeHref(bad), null);
  }
});
