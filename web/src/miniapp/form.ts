import type { Inputs } from './inputs';
import { boolOf, childrenOf, idOf, listOf, numberOf, propsOf, textOf, type Node, type Props } from './node';

/** One input of a form. */
export interface Field {
  readonly id: string;
  readonly type: string;
  readonly name: string;
  readonly props: Props;
  /** Tabs that have to be switched for it to be seen. */
  readonly tabs: readonly { readonly id: string; readonly index: number; readonly selected: unknown }[];
}

/** What is wrong with a field: a text of the client, or of the app. */
export type Wrong =
  | { readonly key: WrongKey; readonly values?: Readonly<Record<string, string | number>> }
  | { readonly text: string };

type WrongKey =
  | 'required'
  | 'mustBeOn'
  | 'minLength'
  | 'maxLength'
  | 'pattern'
  | 'number'
  | 'integer'
  | 'min'
  | 'max'
  | 'step'
  | 'phone'
  | 'date'
  | 'time'
  | 'earliest'
  | 'latest'
  | 'atLeast'
  | 'atMost'
  | 'uploading';

const INPUTS = new Set([
  'text_field',
  'number_field',
  'phone_field',
  'date_field',
  'time_field',
  'select',
  'multi_select',
  'checkbox',
  'switch',
  'slider',
  'stepper',
  'rating',
  'file_field',
  'photo_field',
  'signature',
  'scanner',
]);

/** The inputs in a form that are drawn, in the order of the page. */
export function fieldsOf(form: Node, formId: string): readonly Field[] {
  const found: Field[] = [];
  collect(form, formId, [], found);
  return found;
}

function collect(parent: Node, parentId: string, tabs: Field['tabs'], found: Field[]): void {
  childrenOf(parent).forEach((node, index) => {
    const props = propsOf(node);
    if (boolOf(props['hidden'])) return;
    const id = idOf(parent, parentId, node, index);
    const name = textOf(props['name']);
    if (INPUTS.has(node.t) && name !== undefined) found.push({ id, type: node.t, name, props, tabs });
    const isTab = parent.t === 'tabs' && node.t === 'tab';
    const inside = isTab ? [...tabs, { id: parentId, index: index + 1, selected: propsOf(parent)['selected'] }] : tabs;
    // A form in a form is one of its own.
    if (node.t !== 'form') collect(node, id, inside, found);
  });
}

/** What the tree says that a field holds before anything was typed. */
export function initialOf({ type, props }: { readonly type: string; readonly props: Props }): unknown {
  const { value } = props;
  switch (type) {
    case 'checkbox':
    case 'switch':
      return value === true;
    case 'multi_select':
    case 'signature':
    case 'file_field':
    case 'photo_field':
      return listOf(value);
    case 'slider':
      return numberOf(value) ?? numberOf(props['min']) ?? 0;
    case 'stepper':
      return numberOf(value) ?? Math.max(0, numberOf(props['min']) ?? 0);
    case 'rating':
      return numberOf(value) ?? 0;
    case 'select':
      // An option is sent back as the app wrote it, as a number, too.
      return typeof value === 'string' || typeof value === 'number' ? value : '';
    default:
      return textOf(value) ?? '';
  }
}

/** What is sent for a field. A field left empty is not there, as a Lua table would have it. */
export function sentOf({ type }: Pick<Field, 'type'>, value: unknown): unknown {
  switch (type) {
    case 'number_field': {
      const number = parsedNumber(value);
      return number === null ? null : number;
    }
    case 'phone_field':
      return phone(value);
    case 'file_field':
    case 'photo_field':
      return listOf(value).map((file) => (file as { file?: unknown }).file ?? file);
    case 'rating':
      return value === 0 ? null : value;
    case 'text_field':
      return textOf(value) ?? '';
    case 'select':
    case 'date_field':
    case 'time_field':
    case 'scanner':
      return value === '' ? null : value;
    default:
      return value;
  }
}

/** What a form holds when it is sent, by the fields' names, and what is wrong with it, by their ids. */
interface Filled {
  readonly values: Readonly<Record<string, unknown>>;
  readonly typed: Readonly<Record<string, unknown>>;
  readonly wrong: Readonly<Record<string, Wrong>>;
}

export function filled(fields: readonly Field[], inputs: Pick<Inputs, 'typedAt'>): Filled {
  // A map: an app may call a field `__proto__`.
  const values = new Map<string, unknown>();
  const typed: Record<string, unknown> = {};
  const wrong: Record<string, Wrong> = {};
  for (const field of fields) {
    const was = inputs.typedAt(field.id, field.props['value']);
    const value = was ? was.value : initialOf(field);
    const mistake = validate(field, value);
    if (mistake) wrong[field.id] = mistake;
    const sent = sentOf(field, value);
    if (sent !== null) values.set(field.name, sent);
    if (was) typed[field.id] = value;
  }
  return { values: Object.fromEntries(values), typed, wrong };
}

const phone = (value: unknown): string => (textOf(value) ?? '').replace(/[\s().-]/g, '');

/** Reads what was typed with a point or a comma; null when it is no number. */
function parsedNumber(value: unknown): number | null {
  if (typeof value === 'number') return value;
  const text = (textOf(value) ?? '').replace(/[\s\u00a0\u202f]/g, '').replace(',', '.');
  if (!/^[-+]?(?:\d+\.?\d*|\.\d+)$/.test(text)) return null;
  const number = Number(text);
  return Number.isFinite(number) ? number : null;
}

/** What is wrong with a value, or null. Says nothing about an empty one that need not be there. */
export function validate(field: Pick<Field, 'type' | 'props'>, value: unknown): Wrong | null {
  const { type, props } = field;
  const required = boolOf(props['required']);
  switch (type) {
    case 'checkbox':
    case 'switch':
      return type === 'checkbox' && required && value !== true ? { key: 'mustBeOn' } : null;
    case 'multi_select':
      return counted(listOf(value).length, numberOf(props['min']) ?? (required ? 1 : 0), numberOf(props['max']));
    case 'file_field':
    case 'photo_field':
      if (listOf(value).some((file) => (file as { file?: unknown }).file === null)) return { key: 'uploading' };
      return required && listOf(value).length === 0 ? { key: 'required' } : null;
    case 'signature':
      return required && listOf(value).length === 0 ? { key: 'required' } : null;
    case 'rating':
      return required && !numberOf(value) ? { key: 'required' } : null;
    case 'slider':
    case 'stepper':
      return null;
    default: {
      const text = textOf(value) ?? '';
      if (text.trim() === '') return required ? { key: 'required' } : null;
      return ofText(type, props, text);
    }
  }
}

function ofText(type: string, props: Props, text: string): Wrong | null {
  switch (type) {
    case 'text_field':
      return ofWords(props, text);
    case 'number_field':
      return ofNumber(props, parsedNumber(text));
    case 'phone_field':
      return /^\+?\d{5,15}$/.test(phone(text)) ? null : { key: 'phone' };
    case 'date_field':
      return /^\d{4}-\d{2}-\d{2}$/.test(text) ? within(props, text) : { key: 'date' };
    case 'time_field':
      return /^\d{2}:\d{2}$/.test(text) ? within(props, text) : { key: 'time' };
    default:
      return null;
  }
}

function ofWords(props: Props, text: string): Wrong | null {
  const least = numberOf(props['min_length']);
  const most = numberOf(props['max_length']);
  const length = [...text].length;
  if (least !== undefined && [...text.trim()].length < least) return { key: 'minLength', values: { count: least } };
  if (most !== undefined && length > most) return { key: 'maxLength', values: { count: most } };
  const pattern = textOf(props['pattern']);
  if (pattern !== undefined && !matches(pattern, text)) {
    const says = textOf(props['pattern_text']);
    return says === undefined ? { key: 'pattern' } : { text: says };
  }
  return null;
}

/** Letters and classes, each maybe repeated: no groups, no choices. */
const PLAIN = /^(?:(?:\\.|\[[^\]\\]*\]|[^\\[\](){}|*+?^$])(?:\{\d{1,3}(?:,\d{0,3})?\}|[+*?])?)*$/u;

/**
 * As in HTML: the whole value. Only patterns that cannot take long are looked at here, since they are an app's; the server
 * looks at all of them, with a bound.
 */
function matches(pattern: string, text: string): boolean {
  const loose = pattern.match(/[+*?]|\{\d+,\d*\}/gu)?.length ?? 0;
  if (pattern.length > 256 || text.length > 5_000 || loose > 2 || !PLAIN.test(pattern)) return true;
  try {
    return new RegExp(`^(?:${pattern})$`, 'u').test(text);
  } catch {
    return true;
  }
}

function ofNumber(props: Props, number: number | null): Wrong | null {
  if (number === null) return { key: 'number' };
  const min = numberOf(props['min']);
  const max = numberOf(props['max']);
  const step = numberOf(props['step']);
  if (boolOf(props['integer']) && !Number.isInteger(number)) return { key: 'integer' };
  if (min !== undefined && number < min) return { key: 'min', values: { min } };
  if (max !== undefined && number > max) return { key: 'max', values: { max } };
  if (step !== undefined && step > 0) {
    const steps = (number - (min ?? 0)) / step;
    if (Math.abs(steps - Math.round(steps)) > 1e-6) return { key: 'step', values: { step } };
  }
  return null;
}

function within(props: Props, text: string): Wrong | null {
  const min = textOf(props['min']);
  const max = textOf(props['max']);
  if (min !== undefined && text < min) return { key: 'earliest', values: { min } };
  if (max !== undefined && text > max) return { key: 'latest', values: { max } };
  return null;
}

function counted(count: number, least: number, most: number | undefined): Wrong | null {
  if (count < least) return { key: 'atLeast', values: { count: least } };
  if (most !== undefined && count > most) return { key: 'atMost', values: { count: most } };
  return null;
}
