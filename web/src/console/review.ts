import type { DiffLine, Statement } from './model';

/** How much of the people an app can be given to with one press. */
export const STEPS: readonly number[] = [10, 25, 50, 100];

/** The step after what people have now. */
export function nextStep(percent: number): number {
  return STEPS.find((step) => step > percent) ?? 100;
}

/** A whole number of percent above what people have already; null for anything else. */
export function percentFrom(typed: string, above: number): number | null {
  if (!/^\d{1,3}$/.test(typed.trim())) return null;
  const percent = Number(typed);
  return percent > above && percent >= 1 && percent <= 100 ? percent : null;
}

export interface Said {
  readonly kind: 'new' | 'gone' | 'changed';
  /** The capability's name; null when the statement is about something else. */
  readonly capability: string | null;
  readonly statement: Statement;
}

const ORDER = { new: 0, changed: 1, gone: 2 } as const;

/** Capabilities first, since they decide what can go wrong; of those the new ones first. The rest stays in its order. */
export function inReviewOrder(statements: readonly Statement[]): readonly Said[] {
  const said = statements.map((statement): Said => ({
    kind: statement.before === null ? 'new' : statement.now === null ? 'gone' : 'changed',
    capability: /^capability (\S+)$/.exec(statement.what)?.[1] ?? null,
    statement,
  }));
  const capabilities = said.filter((each) => each.capability !== null).sort((a, b) => ORDER[a.kind] - ORDER[b.kind]);
  return [...capabilities, ...said.filter((each) => each.capability === null)];
}

export interface NumberedLine {
  readonly line: DiffLine;
  /** The line's number in each of the versions that have it. */
  readonly before: number | null;
  readonly now: number | null;
}

/** The lines of a diff with their numbers, which count over what is skipped. */
export function numbered(lines: readonly DiffLine[]): readonly NumberedLine[] {
  let before = 0;
  let now = 0;
  return lines.map((line) => {
    if (line.kind === 'skipped') {
      before += line.count ?? 0;
      now += line.count ?? 0;
      return { line, before: null, now: null };
    }
    if (line.kind !== 'added') before += 1;
    if (line.kind !== 'removed') now += 1;
    return { line, before: line.kind === 'added' ? null : before, now: line.kind === 'removed' ? null : now };
  });
}

export interface Piece {
  readonly text: string;
  /** A character that is not seen, or that makes what is around it look like something else. */
  readonly hidden: boolean;
}

const HIDDEN = new RegExp(
  `[${[
    // Controls, but not tab and line feed.
    '\\u{0}-\\u{8}\\u{b}-\\u{1f}\\u{7f}-\\u{9f}',
    // The soft hyphen, fillers, and marks of no width.
    '\\u{ad}\\u{34f}\\u{115f}\\u{1160}\\u{17b4}\\u{17b5}\\u{180e}',
    '\\u{200b}-\\u{200d}\\u{2060}-\\u{2065}\\u{3164}\\u{feff}\\u{ffa0}',
    // What turns the direction of the text.
    '\\u{61c}\\u{200e}\\u{200f}\\u{2028}-\\u{202e}\\u{2066}-\\u{206f}',
    // Tags.
    '\\u{e0000}-\\u{e0fff}',
  ].join('')}]`,
  'gu',
);

/** Splits strangers' text so that what hides in it can be shown: code must not read otherwise than it runs. */
export function pieces(text: string): readonly Piece[] {
  const found: Piece[] = [];
  let at = 0;
  for (const match of text.matchAll(HIDDEN)) {
    const [character = ''] = match;
    const place = match.index ?? 0;
    if (place > at) found.push({ text: text.slice(at, place), hidden: false });
    const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
    found.push({ text: `U+${code}`, hidden: true });
    at = place + character.length;
  }
  if (at < text.length) found.push({ text: text.slice(at), hidden: false });
  return found;
}
