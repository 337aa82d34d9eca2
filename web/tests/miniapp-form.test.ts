import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memoryStorage } from '../src/client/storage';
import { fieldsOf, initialOf, sentOf, validate } from '../src/miniapp/form';
import { forgetInputs, Inputs, inputsKey } from '../src/miniapp/inputs';
import type { Node, Props } from '../src/miniapp/node';

const wrong = (type: string, props: Props, value: unknown): string | null => {
  const found = validate({ type, props }, value);
  return found === null ? null : 'text' in found ? found.text : found.key;
};

const checks: readonly (readonly [string, Props, unknown, string | null])[] = [
  ['text_field', {}, '', null],
  ['text_field', { required: true }, '  ', 'required'],
  ['text_field', { min_length: 3 }, '', null],
  ['text_field', { min_length: 3 }, 'ab', 'minLength'],
  ['text_field', { min_length: 3 }, ' ab ', 'minLength'],
  ['text_field', { required: true }, '   ', 'required'],
  ['text_field', { max_length: 2 }, '👩‍🚀x', 'maxLength'],
  ['text_field', { max_length: 2 }, '👍👍', null],
  ['text_field', { pattern: '[A-Z]{3}-\\d{3}' }, 'ABC-123', null],
  ['text_field', { pattern: '[A-Z]{3}-\\d{3}' }, 'xABC-123', 'pattern'],
  ['text_field', { pattern: 'a.?b+' }, 'a', 'pattern'],
  // What may take long is the server's to look at.
  ['text_field', { pattern: 'a|b' }, 'ab', null],
  ['text_field', { pattern: '.*.*.*b' }, 'a', null],
  ['text_field', { pattern: 'a?a?a?a' }, 'x', null],
  ['text_field', { pattern: 'a', pattern_text: 'Like a' }, 'b', 'Like a'],
  ['text_field', { pattern: '(' }, 'b', null],
  ['text_field', { pattern: '(a+)+$' }, `${'a'.repeat(60)}!`, null],
  ['number_field', {}, '12,5', null],
  ['number_field', {}, 'twelve', 'number'],
  ['number_field', { integer: true }, '1.5', 'integer'],
  ['number_field', { min: 2 }, '1', 'min'],
  ['number_field', { max: 2 }, '3', 'max'],
  ['number_field', { step: 0.1 }, '0.3', null],
  ['number_field', { min: 1, step: 2 }, '4', 'step'],
  ['phone_field', {}, '+7 (921) 000-00-00', null],
  ['phone_field', {}, '12', 'phone'],
  ['date_field', { min: '2026-01-01' }, '2025-12-31', 'earliest'],
  ['date_field', { max: '2026-01-01' }, '2026-01-02', 'latest'],
  ['date_field', {}, '1.2.2026', 'date'],
  ['time_field', { min: '09:00' }, '08:59', 'earliest'],
  ['select', { required: true }, '', 'required'],
  ['multi_select', { min: 1 }, [], 'atLeast'],
  ['multi_select', { max: 1 }, ['a', 'b'], 'atMost'],
  ['checkbox', { required: true }, false, 'mustBeOn'],
  ['switch', { required: true }, false, null],
  ['file_field', { required: true }, [], 'required'],
  ['file_field', {}, [{ key: 'k', file: null }], 'uploading'],
  ['signature', { required: true }, [], 'required'],
  ['signature', { required: true }, [[1, 2]], null],
  ['rating', { required: true }, 0, 'required'],
];
for (const [type, props, value, expected] of checks) {
  test(`form: ${type} ${JSON.stringify(props)} with ${JSON.stringify(value)} is ${expected ?? 'right'}`, () =>
    assert.equal(wrong(type, props, value), expected));
}

test('form: finds its inputs wherever they are, but for those that are hidden or of another form', () => {
  const field = (name: string, more: Props = {}): Node => ({ t: 'text_field', p: { name, ...more } });
  const form: Node = {
    t: 'form',
    n: [
      { t: 'row', n: [field('a'), field('b', { hidden: true })] },
      { t: 'tabs', p: { selected: 1 }, n: [{ t: 'tab' }, { t: 'tab', k: 'x', n: [field('c')] }] },
      { t: 'section', p: { hidden: true }, n: [field('d')] },
      { t: 'form', n: [field('e')] },
      { t: 'text', p: { name: 'f' } },
    ],
  };
  const fields = fieldsOf(form, '/9');
  assert.deepEqual(fields.map(({ name, id }) => [name, id]), [['a', '/9/0/0'], ['c', '/9/1/kx/0']]);
  assert.deepEqual(fields[1]!.tabs, [{ id: '/9/1', index: 2, selected: 1 }]);
});

test('form: what a field begins with, and what is sent', () => {
  assert.equal(initialOf({ type: 'slider', props: { min: 3 } }), 3);
  assert.equal(initialOf({ type: 'checkbox', props: {} }), false);
  assert.equal(initialOf({ type: 'number_field', props: { value: 4 } }), '4');
  assert.equal(initialOf({ type: 'select', props: { value: 4 } }), 4);
  assert.equal(sentOf({ type: 'number_field' }, ' 1 250,5'), 1250.5);
  assert.equal(sentOf({ type: 'number_field' }, ''), null);
  assert.equal(sentOf({ type: 'phone_field' }, '+7 (921) 000-00-00'), '+79210000000');
  assert.deepEqual(sentOf({ type: 'file_field' }, [{ key: 'k', file: 12 }, { key: 'l', file: 13 }]), [12, 13]);
  assert.equal(sentOf({ type: 'select' }, ''), null);
});

test('inputs: what was typed stays until the tree has another value', () => {
  const inputs = new Inputs('k', null);
  assert.equal(inputs.typedAt('/1', 'a'), undefined);
  inputs.set('/1', 'typed', 'a');
  const typed = inputs.typedAt('/1', 'a');
  assert.equal(typed?.value, 'typed');
  assert.equal(inputs.typedAt('/1', 'a'), typed);
  assert.equal(inputs.typedAt('/1', 'b'), undefined);
  inputs.set('/2', [1], undefined);
  assert.deepEqual(inputs.typedAt('/2', undefined)?.value, [1]);
});

test('inputs: a form that was sent is forgotten, but for what was typed since', () => {
  const inputs = new Inputs('k', null);
  inputs.set('/1', 'sent', '');
  inputs.set('/2', 'newer', '');
  inputs.clear({ '/1': 'sent', '/2': 'sent' });
  assert.equal(inputs.typedAt('/1', ''), undefined);
  assert.equal(inputs.typedAt('/2', '')?.value, 'newer');
});

test('inputs: outlive a reload, and not the person', () => {
  const storage = memoryStorage();
  const key = inputsKey('shop', null, 'home', { a: '1' });
  const inputs = new Inputs(key, storage);
  inputs.set('/1', 'typed', '');
  inputs.save();
  assert.equal(new Inputs(key, storage).typedAt('/1', '')?.value, 'typed');
  assert.equal(new Inputs(inputsKey('shop', null, 'home', { a: '2' }), storage).typedAt('/1', ''), undefined);
  forgetInputs(storage);
  assert.equal(new Inputs(key, storage).typedAt('/1', ''), undefined);
  storage.setItem(key, '{broken');
  assert.equal(new Inputs(key, storage).typedAt('/1', ''), undefined);
});
