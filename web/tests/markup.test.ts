import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseMarkup, toMarkup } from '../src/text/markup';
import { surround } from '../src/text/surround';

const cases: readonly (readonly [string, string, readonly string[]])[] = [
  ['plain text', 'plain text', []],
  ['**bold** and __italic__', 'bold and italic', ['bold 0 4', 'italic 9 6']],
  ['~~a~~ ||b|| ++c++', 'a b c', ['strikethrough 0 1', 'spoiler 2 1', 'underline 4 1']],
  ['**a __b__ c**', 'a b c', ['bold 0 5', 'italic 2 1']],
  ['`**x**`', '**x**', ['code 0 5']],
  ['```py\nx = 1\n```', 'x = 1', ['pre 0 5 py']],
  ['[here](https://a.example/x)', 'here', ['text_link 0 4 https://a.example/x']],
  ['[here](javascript:alert)', '[here](javascript:alert)', []],
  ['  **a**  ', 'a', ['bold 0 1']],
  ['2**3**4 and i++ and a++', '2**3**4 and i++ and a++', []],
  ['** not bold **', '** not bold **', []],
  ['**unclosed', '**unclosed', []],
  ['``', '``', []],
  ['👍 **ok**', '👍 ok', ['bold 3 2']],
];

for (const [input, text, entities] of cases) {
  test(`markup: ${JSON.stringify(input)}`, () => {
    const result = parseMarkup(input);
    assert.equal(result.text, text);
    assert.deepEqual(
      result.entities.map(({ type, offset, length, language, url }) =>
        [type, offset, length, language, url].filter((part) => part !== undefined).join(' '),
      ),
      entities,
    );
  });
}

test('markup: what was parsed is written back the same', () => {
  for (const input of ['**a __b__ c**', '[here](https://a.example/x) `y`', '```py\nx = 1\n```', '**__both__** ||s||']) {
    const { text, entities } = parseMarkup(input);
    assert.equal(toMarkup(text, entities), input);
  }
});

test('markup: formatting beyond the limit goes out plain', () => {
  const { text, entities } = parseMarkup('**a** '.repeat(150));
  assert.equal(text.length, 299);
  assert.equal(entities.length, 100);
});

test('surround: puts a marker on and takes it off', () => {
  const on = surround('say hello now', 4, 9, '**');
  assert.deepEqual(on, { text: 'say **hello** now', start: 6, end: 11 });
  assert.deepEqual(surround(on.text, on.start, on.end, '**'), { text: 'say hello now', start: 4, end: 9 });
});
