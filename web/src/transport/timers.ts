/** Time as the transport sees it, handed in so that tests need not wait. */
export interface Timers {
  now(): number;
  set(delay: number, run: () => void): unknown;
  clear(handle: unknown): void;
}

export const systemTimers: Timers = {
  now: () => Date.now(),
  set: (delay, run) => setTimeout(run, delay),
  clear: (handle) => clearTimeout(handle as ReturnType<typeof setTimeout>),
};
