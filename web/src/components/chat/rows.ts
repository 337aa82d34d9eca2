import { daysAgo } from '../../i18n/format';
import type { Message } from '../../model';
import type { OutboxItem } from '../../transport/outbox';

export type Row =
  | { readonly kind: 'day'; readonly key: string; readonly date: number }
  | { readonly kind: 'new'; readonly key: string }
  | { readonly kind: 'message'; readonly key: string; readonly message: Message; readonly first: boolean; readonly last: boolean }
  | { readonly kind: 'outbox'; readonly key: string; readonly item: OutboxItem; readonly first: boolean; readonly last: boolean };

/** Messages of one author this near to each other are drawn as one group, in milliseconds. */
const GROUP_MS = 5 * 60_000;

interface Entry {
  readonly author: number;
  readonly date: number;
  readonly message: Message | null;
  readonly item: OutboxItem | null;
}

/** What the list shows, in order: days, the border of new messages, messages, and what is not sent yet. */
export function rowsOf(
  messages: readonly Message[],
  outbox: readonly OutboxItem[],
  readWhenOpened: number,
  me: number,
): readonly Row[] {
  const entries: Entry[] = messages.map((message) => ({ author: message.from.id, date: message.date, message, item: null }));
  const arrived = new Set(messages.map((message) => message.nonce).filter(Boolean));
  for (const item of outbox) {
    if (!arrived.has(item.nonce)) entries.push({ author: me, date: item.createdAt, message: null, item });
  }
  const rows: Row[] = [];
  let bordered = false;
  entries.forEach((entry, index) => {
    const before = entries[index - 1];
    const after = entries[index + 1];
    const newDay = !before || daysAgo(before.date, entry.date) !== 0;
    if (newDay) rows.push({ kind: 'day', key: `day-${dayKey(entry.date)}`, date: entry.date });
    const border = !bordered && entry.message !== null && entry.message.id > readWhenOpened && entry.author !== me;
    if (border) {
      bordered = true;
      rows.push({ kind: 'new', key: 'new' });
    }
    const first = newDay || border || !together(before, entry);
    const last = !after || !together(entry, after) || daysAgo(entry.date, after.date) !== 0;
    if (entry.message) {
      // The nonce stays when a pending message becomes a sent one: the row is kept, not drawn anew.
      const key = entry.author === me && entry.message.nonce ? entry.message.nonce : String(entry.message.id);
      rows.push({ kind: 'message', key, message: entry.message, first, last });
    } else if (entry.item) {
      rows.push({ kind: 'outbox', key: entry.item.nonce, item: entry.item, first, last });
    }
  });
  return rows;
}

function together(a: Entry | undefined, b: Entry): boolean {
  return a !== undefined && a.author === b.author && b.date - a.date < GROUP_MS;
}

function dayKey(date: number): string {
  const day = new Date(date);
  return `${day.getFullYear()}-${day.getMonth()}-${day.getDate()}`;
}
