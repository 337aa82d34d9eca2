import type { Entity } from '../model';

const ADDRESS = /\bhttps?:\/\/[^\s<>"“”«»]+/gi;
const NOT_INSIDE = new Set(['url', 'text_link', 'code', 'pre']);

/** The given entities, and a `url` entity for each web address that none of them covers. */
export function withLinks(text: string, entities: readonly Entity[]): readonly Entity[] {
  const found: Entity[] = [];
  for (const match of text.matchAll(ADDRESS)) {
    const offset = match.index ?? 0;
    const length = trimmed(match[0] ?? '').length;
    const taken = entities.some(
      (entity) => NOT_INSIDE.has(entity.type) && entity.offset < offset + length && offset < entity.offset + entity.length,
    );
    if (!taken) found.push({ type: 'url', offset, length });
  }
  return found.length > 0 ? [...entities, ...found] : entities;
}

/** Without the punctuation that ends the sentence; a closing bracket stays when it was opened inside. */
function trimmed(address: string): string {
  let end = address.length;
  for (;;) {
    const last = address[end - 1] ?? '';
    if (/[.,;:!?'*_~|]/.test(last)) end -= 1;
    else if (last === ')' && count(address.slice(0, end), ')') > count(address.slice(0, end), '(')) end -= 1;
    else if (last === ']' && count(address.slice(0, end), ']') > count(address.slice(0, end), '[')) end -= 1;
    else return address.slice(0, end);
  }
}

function count(text: string, character: string): number {
  return text.split(character).length - 1;
}

/**
 * The address to put into a link, or null when it must not be one: only web and mail addresses, so that a message cannot
 * carry `javascript:` or another scheme.
 */
export function safeHref(address: string | undefined): string | null {
  if (!address) return null;
  const whole = /^[a-z][a-z0-9+.-]*:/i.test(address) ? address : `https://${address}`;
  try {
    const url = new URL(whole);
    return ['http:', 'https:', 'mailto:'].includes(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}
