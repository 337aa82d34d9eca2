import type { Entity } from '../model';

export type Node =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'entity'; readonly entity: Entity; readonly children: readonly Node[]; readonly text: string };

/** Nesting deeper than this is shown flat: an entity list comes from outside and must not exhaust the stack. */
const DEEPEST = 16;

/**
 * Turns a text with entities into a tree to draw. Entities outside the text are cut to it, empty ones dropped; one that only
 * partly overlaps another is split at its border; borders inside a surrogate pair move outwards.
 */
export function toTree(text: string, entities: readonly Entity[]): readonly Node[] {
  const valid: Entity[] = [];
  for (const entity of entities) {
    if (!Number.isInteger(entity.offset) || !Number.isInteger(entity.length)) continue;
    const start = outOfPair(text, clamp(entity.offset, text.length), -1);
    const end = outOfPair(text, clamp(entity.offset + entity.length, text.length), 1);
    if (end > start) valid.push({ ...entity, offset: start, length: end - start });
  }
  valid.sort((a, b) => a.offset - b.offset || b.length - a.length);
  return build(text, 0, text.length, valid, 0);
}

function build(text: string, start: number, end: number, sorted: readonly Entity[], depth: number): readonly Node[] {
  const nodes: Node[] = [];
  let at = start;
  let rest = [...sorted];
  while (rest.length > 0 && depth < DEEPEST) {
    const entity = rest.shift()!;
    const stop = entity.offset + entity.length;
    if (entity.offset > at) nodes.push({ kind: 'text', text: text.slice(at, entity.offset) });
    const inside: Entity[] = [];
    const after: Entity[] = [];
    for (const other of rest) {
      const otherStop = other.offset + other.length;
      if (other.offset >= stop) {
        after.push(other);
      } else if (otherStop <= stop) {
        inside.push(other);
      } else {
        inside.push({ ...other, length: stop - other.offset });
        after.push({ ...other, offset: stop, length: otherStop - stop });
      }
    }
    const children = build(text, entity.offset, stop, inside, depth + 1);
    nodes.push({ kind: 'entity', entity, children, text: text.slice(entity.offset, stop) });
    at = stop;
    rest = after.sort((a, b) => a.offset - b.offset || b.length - a.length);
  }
  if (at < end) nodes.push({ kind: 'text', text: text.slice(at, end) });
  return nodes;
}

function clamp(value: number, limit: number): number {
  return Math.max(0, Math.min(limit, value));
}

function outOfPair(text: string, index: number, step: -1 | 1): number {
  if (index <= 0 || index >= text.length) return index;
  const before = text.charCodeAt(index - 1);
  const here = text.charCodeAt(index);
  const inPair = before >= 0xd800 && before <= 0xdbff && here >= 0xdc00 && here <= 0xdfff;
  return inPair ? index + step : index;
}
