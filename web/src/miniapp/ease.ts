import { numberOf, type Props } from './node';

/** The numbers of a shape that move. */
export const MOVING = ['x', 'y', 'w', 'h', 'r', 'x2', 'y2', 'opacity', 'rotate'] as const;
export type Moving = Partial<Record<(typeof MOVING)[number], number>>;

export function movingOf(shape: Props): Moving {
  const moving: Moving = {};
  for (const name of MOVING) {
    const value = numberOf(shape[name]);
    if (value !== undefined) moving[name] = value;
  }
  return moving;
}

/** Slow at the end, as a thing that comes to rest. */
export const eased = (part: number): number => 1 - (1 - Math.min(1, Math.max(0, part))) ** 3;

/** Between where a shape was and where it is to be. What was not there before does not move. */
export function between(from: Moving, to: Moving, part: number): Moving {
  const share = eased(part);
  const now: Moving = {};
  for (const name of MOVING) {
    const [a, b] = [from[name], to[name]];
    if (b !== undefined) now[name] = a === undefined ? b : a + (b - a) * share;
  }
  return now;
}

export const isSame = (a: Moving, b: Moving): boolean => MOVING.every((name) => a[name] === b[name]);
