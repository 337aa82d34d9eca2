/** A piece of text as apps mark it up. */
export type Piece =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'bold' | 'italic'; readonly pieces: readonly Piece[] }
  | { readonly kind: 'link'; readonly url: string; readonly pieces: readonly Piece[] };

const DEEPEST = 6;

/** Reads `**bold**`, `*italic*`, `` `code` `` and `[label](https://…)`. What does not close is text. */
export function readMarkup(text: string, depth = 0): readonly Piece[] {
  const pieces: Piece[] = [];
  let plain = '';
  const put = (piece: Piece): void => {
    if (plain !== '') pieces.push({ kind: 'text', text: plain });
    plain = '';
    pieces.push(piece);
  };
  let at = 0;
  while (at < text.length) {
    const found = depth < DEEPEST ? special(text, at, depth) : null;
    if (found) {
      put(found.piece);
      at = found.end;
    } else {
      plain += text[at];
      at += 1;
    }
  }
  if (plain !== '') pieces.push({ kind: 'text', text: plain });
  return pieces;
}

function special(text: string, at: number, depth: number): { piece: Piece; end: number } | null {
  switch (text[at]) {
    case '`': {
      const end = text.indexOf('`', at + 1);
      return end > at + 1 ? { piece: { kind: 'code', text: text.slice(at + 1, end) }, end: end + 1 } : null;
    }
    case '*':
      return text.startsWith('**', at) ? around(text, at, '**', 'bold', depth) : around(text, at, '*', 'italic', depth);
    case '[': {
      const match = /^\[([^\][\n]{1,300})\]\((https:\/\/[^\s()]{1,2000})\)/.exec(text.slice(at, at + 2400));
      if (!match) return null;
      const pieces = readMarkup(match[1]!, depth + 1);
      return { piece: { kind: 'link', url: match[2]!, pieces }, end: at + match[0]!.length };
    }
    default:
      return null;
  }
}

function around(
  text: string,
  at: number,
  mark: string,
  kind: 'bold' | 'italic',
  depth: number,
): { piece: Piece; end: number } | null {
  const start = at + mark.length;
  // As between words: `2 * 3 * 4` is a sum.
  if (/\s/.test(text[start] ?? ' ')) return null;
  for (let end = text.indexOf(mark, start + 1); end > 0; end = text.indexOf(mark, end + 1)) {
    // Of three in a row the first closes what is inside.
    if (mark === '**' && text[end + 2] === '*') end += 1;
    if (/\s/.test(text[end - 1]!)) continue;
    // The mark of bold is not two of italic.
    if (mark === '*' && (text[end + 1] === '*' || text[end - 1] === '*')) continue;
    return { piece: { kind, pieces: readMarkup(text.slice(start, end), depth + 1) }, end: end + mark.length };
  }
  return null;
}
