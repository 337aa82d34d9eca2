import { MAX_ENTITIES, type Entity } from '../model';

export interface Formatted {
  readonly text: string;
  readonly entities: readonly Entity[];
}

/** What people type around words. Order matters only for readers: no marker is the start of another. */
const MARKERS: readonly (readonly [string, string])[] = [
  ['**', 'bold'],
  ['__', 'italic'],
  ['++', 'underline'],
  ['~~', 'strikethrough'],
  ['||', 'spoiler'],
];

const markerOf = new Map(MARKERS.map(([marker, type]) => [type, marker]));

/** Reads `**bold**`, `__italic__`, `++underline++`, `~~strike~~`, `||spoiler||`, `` `code` ``, fences and `[label](address)`. */
export function parseMarkup(input: string): Formatted {
  const out: Output = { text: '', entities: [] };
  parseInto(out, input, 0);
  // Surrounding space says nothing; entities move with the text.
  const lead = out.text.length - out.text.trimStart().length;
  const text = out.text.trim();
  const entities = out.entities
    .map((entity) => {
      const start = Math.max(0, entity.offset - lead);
      const end = Math.min(text.length, entity.offset + entity.length - lead);
      return { ...entity, offset: start, length: end - start };
    })
    .filter((entity) => entity.length > 0)
    .sort((a, b) => a.offset - b.offset || b.length - a.length)
    // What is formatted beyond the limit goes out plain rather than not at all.
    .slice(0, MAX_ENTITIES);
  return { text, entities };
}

interface Output {
  text: string;
  entities: Entity[];
}

const DEEPEST = 8;

function parseInto(out: Output, input: string, depth: number): void {
  let at = 0;
  while (at < input.length) {
    const next = depth < DEEPEST ? special(out, input, at, depth) : null;
    if (next !== null) {
      at = next;
    } else {
      out.text += input[at];
      at += 1;
    }
  }
}

/** Takes in what begins at `at`, and returns where to go on; null when it is an ordinary character. */
function special(out: Output, input: string, at: number, depth: number): number | null {
  return fence(out, input, at) ?? code(out, input, at) ?? link(out, input, at, depth) ?? marked(out, input, at, depth);
}

function fence(out: Output, input: string, at: number): number | null {
  if (!input.startsWith('```', at)) return null;
  const end = input.indexOf('```', at + 3);
  if (end < 0) return null;
  const match = /^([\w+#.-]*)\n/.exec(input.slice(at + 3, end));
  const body = input.slice(at + 3 + (match?.[0]?.length ?? 0), end).replace(/\n$/, '');
  if (body === '') return null;
  add(out, { type: 'pre', ...(match?.[1] ? { language: match[1] } : {}) }, body);
  return end + 3;
}

function code(out: Output, input: string, at: number): number | null {
  if (input[at] !== '`') return null;
  const end = input.indexOf('`', at + 1);
  if (end <= at + 1 || input.slice(at + 1, end).includes('\n')) return null;
  add(out, { type: 'code' }, input.slice(at + 1, end));
  return end + 1;
}

function link(out: Output, input: string, at: number, depth: number): number | null {
  if (input[at] !== '[') return null;
  const match = /^\[([^\][\n]+)\]\((https?:\/\/[^\s()]+(?:\([^\s()]*\)[^\s()]*)*)\)/.exec(input.slice(at));
  if (!match) return null;
  around(out, { type: 'text_link', url: match[2]! }, match[1]!, depth);
  return at + match[0]!.length;
}

function marked(out: Output, input: string, at: number, depth: number): number | null {
  const found = MARKERS.find(([marker]) => input.startsWith(marker, at));
  if (!found) return null;
  const [marker, type] = found;
  const start = at + marker.length;
  // A marker opens at the edge of a word, so that `i++` and `a**b` stay what they are.
  if (wordBefore(input, at) || /\s/.test(input[start] ?? ' ')) return null;
  for (let end = input.indexOf(marker, start + 1); end > 0; end = input.indexOf(marker, end + 1)) {
    if (/\s/.test(input[end - 1]!) || wordAfter(input, end + marker.length)) continue;
    around(out, { type }, input.slice(start, end), depth);
    return end + marker.length;
  }
  return null;
}

function wordBefore(input: string, at: number): boolean {
  return /[\p{L}\p{N}]$/u.test(input.slice(Math.max(0, at - 2), at));
}

function wordAfter(input: string, at: number): boolean {
  return /^[\p{L}\p{N}]/u.test(input.slice(at, at + 2));
}

/** Parses `inner` and puts the entity before those found in it: of two with one range, the outer one comes first. */
function around(out: Output, entity: Omit<Entity, 'offset' | 'length'>, inner: string, depth: number): void {
  const offset = out.text.length;
  const place = out.entities.length;
  parseInto(out, inner, depth + 1);
  out.entities.splice(place, 0, { ...entity, offset, length: out.text.length - offset });
}

function add(out: Output, entity: Omit<Entity, 'offset' | 'length'>, body: string): void {
  out.entities.push({ ...entity, offset: out.text.length, length: body.length });
  out.text += body;
}

/** The text with its entities written as markup again, for editing. Entities that people cannot type are left out. */
export function toMarkup(text: string, entities: readonly Entity[]): string {
  const marks: { at: number; order: number; mark: string }[] = [];
  const sorted = [...entities].sort((a, b) => a.offset - b.offset || b.length - a.length);
  sorted.forEach((entity, index) => {
    const [open, close] = marksOf(entity);
    if (open === '') return;
    const end = entity.offset + entity.length;
    // At one place: inner marks close first, then outer ones, then outer ones open, then inner ones.
    marks.push({ at: entity.offset, order: sorted.length + index, mark: open });
    marks.push({ at: end, order: sorted.length - 1 - index, mark: close });
  });
  marks.sort((a, b) => a.at - b.at || a.order - b.order);
  let out = '';
  let at = 0;
  for (const { at: place, mark } of marks) {
    out += text.slice(at, place) + mark;
    at = place;
  }
  return out + text.slice(at);
}

function marksOf(entity: Entity): readonly [string, string] {
  if (entity.type === 'code') return ['`', '`'];
  if (entity.type === 'pre') return [`\`\`\`${entity.language ?? ''}\n`, '\n```'];
  if (entity.type === 'text_link') return ['[', `](${entity.url ?? ''})`];
  const marker = markerOf.get(entity.type) ?? '';
  return [marker, marker];
}
