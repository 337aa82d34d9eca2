import assert from 'node:assert/strict';
import { test } from 'node:test';
import { en, type Forms } from '../src/i18n/en';
import { ru } from '../src/i18n/ru';

const english: Readonly<Record<string, string | Forms>> = en;
const russian: Readonly<Record<string, string | Forms>> = ru;

/** The names in braces, of each form of a text. */
function filledIn(text: string | Forms): string[] {
  const forms = typeof text === 'string' ? [text] : Object.values(text);
  return forms.map((form) => [...new Set(form.match(/\{\w+\}/g) ?? [])].sort().join(' '));
}

test('texts: Russian has every key of English and no other', () => {
  assert.deepEqual(Object.keys(russian).sort(), Object.keys(english).sort());
});

test('texts: the same is filled in, in every form', () => {
  for (const [key, text] of Object.entries(russian)) {
    const wanted = english[key];
    if (wanted === undefined) continue;
    // In English the form for one may do without its number; "other" has everything.
    const [expected] = filledIn(typeof wanted === 'string' ? wanted : wanted.other);
    for (const names of filledIn(text)) assert.equal(names, expected, key);
  }
});

test('texts: what has forms in English has them in Russian', () => {
  for (const [key, text] of Object.entries(russian)) {
    assert.equal(typeof text, typeof english[key], key);
  }
});

test('texts: Russian counts need a form for one and for a few, unless one form fits all', () => {
  for (const [key, text] of Object.entries(russian)) {
    if (typeof text === 'string') continue;
    const forms = Object.keys(text).sort().join(' ');
    // "not more than" has the genitive: two forms.
    assert.ok(['few one other', 'one other', 'other'].includes(forms), `${key}: ${forms}`);
  }
});
