import type { Place } from './node';

/** The pages that were gone through, the one that is shown last. Never empty. */
export type Stack = readonly Place[];

const DEEPEST = 50;

/** What opens when no page is named. */
const FIRST = 'home';

export const samePage = (a: Place, b: Place): boolean => (a.page ?? FIRST) === (b.page ?? FIRST);

export const samePlace = (a: Place, b: Place): boolean =>
  samePage(a, b) &&
  Object.keys(a.query).length === Object.keys(b.query).length &&
  Object.entries(a.query).every(([key, value]) => b.query[key] === value);

export const top = (stack: Stack): Place => stack[stack.length - 1]!;

/** To another page; to the one that is shown it is no step. The oldest are forgotten when there are too many. */
export function go(stack: Stack, place: Place): Stack {
  if (samePlace(top(stack), place)) return stack;
  return [...stack, place].slice(-DEEPEST);
}

/** Where an app leads: with another query the page that is shown takes its own place, and "back" does not lead through all of them. */
export function lead(stack: Stack, place: Place): Stack {
  const last = top(stack);
  return samePage(last, place) && !samePlace(last, place) ? [...stack.slice(0, -1), place] : go(stack, place);
}

/** One page back. From an inner page that was opened first it leads to the app's first page; from there nowhere. */
export function back(stack: Stack): Stack {
  if (stack.length > 1) return stack.slice(0, -1);
  return (top(stack).page ?? FIRST) === FIRST ? stack : [{ page: null, query: {} }];
}

/** The page that the server says it has opened, when none was asked for by name. */
export function named(stack: Stack, page: string): Stack {
  const last = top(stack);
  return last.page === null ? [...stack.slice(0, -1), { ...last, page }] : stack;
}
