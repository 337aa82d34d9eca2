import { systemTimers, type Timers } from '../transport/timers';
import type { Rows } from './window';

/** At most one window of a view goes out in this time. */
const PAUSE_MS = 100;

/** Spaces out what lists ask for while they are scrolled; only the newest wish of each counts. */
export class WindowAsker {
  private readonly wishes = new Map<string, Rows>();
  private readonly asked = new Map<string, Rows>();
  private sentAt: number | null = null;
  private timer: unknown = null;

  constructor(
    private readonly send: (key: string, rows: Rows) => void,
    private readonly timers: Timers = systemTimers,
  ) {}

  ask(key: string, rows: Rows): void {
    const last = this.asked.get(key);
    if (last && last.from === rows.from && last.count === rows.count) {
      this.wishes.delete(key);
      return;
    }
    this.wishes.delete(key);
    this.wishes.set(key, rows);
    this.flush();
  }

  /** A whole tree has come: its lists begin anew. */
  forget(): void {
    this.wishes.clear();
    this.asked.clear();
    if (this.timer !== null) this.timers.clear(this.timer);
    this.timer = null;
  }

  private flush(): void {
    if (this.timer !== null) return;
    const rest = this.sentAt === null ? 0 : this.sentAt + PAUSE_MS - this.timers.now();
    if (rest > 0) {
      this.timer = this.timers.set(rest, () => {
        this.timer = null;
        this.flush();
      });
      return;
    }
    const [wish] = this.wishes;
    if (!wish) return;
    const [key, rows] = wish;
    this.wishes.delete(key);
    this.asked.set(key, rows);
    this.sentAt = this.timers.now();
    this.send(key, rows);
    if (this.wishes.size > 0) this.flush();
  }
}
