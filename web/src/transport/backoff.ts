const FIRST_MS = 400;
const LONGEST_MS = 15_000;

/**
 * How long to wait before attempt `attempt` (0 is the first retry), in milliseconds. Doubles up to 15 s; `random` (0 to 1)
 * spreads it over the upper half, so that clients do not return together after a restart of the server.
 */
export function backoffDelay(attempt: number, random: number): number {
  const ceiling = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempt, 10));
  return Math.round(ceiling / 2 + (ceiling / 2) * random);
}
