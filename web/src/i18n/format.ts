import { locale, t } from './index';

const clock = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const weekday = new Intl.DateTimeFormat(locale, { weekday: 'short' });
const dayMonth = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'long' });
const dayMonthYear = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'long', year: 'numeric' });
const short = new Intl.DateTimeFormat(locale, { day: '2-digit', month: '2-digit', year: '2-digit' });
const moment = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short', hourCycle: 'h23' });
const whole = new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeStyle: 'medium' });

export const formatTime = (date: number): string => clock.format(date);

/** A day, wherever it lies. */
export const formatDate = (date: number): string => dayMonthYear.format(date);

/** A day and the time, for lists. */
export const formatMoment = (date: number): string => moment.format(date);

export const formatWhole = (date: number): string => whole.format(date);

/** Days from `date` to `now` by the calendar. */
export function daysAgo(date: number, now: number): number {
  const midnight = (time: number): number => {
    const day = new Date(time);
    return Date.UTC(day.getFullYear(), day.getMonth(), day.getDate());
  };
  return Math.round((midnight(now) - midnight(date)) / 86_400_000);
}

export function formatDay(date: number, now: number): string {
  const days = daysAgo(date, now);
  if (days === 0) return t('day.today');
  if (days === 1) return t('day.yesterday');
  return new Date(date).getFullYear() === new Date(now).getFullYear() ? dayMonth.format(date) : dayMonthYear.format(date);
}

/** As short as a chat list needs it: the time today, the weekday this week, else the date. */
export function formatShort(date: number, now: number): string {
  const days = daysAgo(date, now);
  if (days <= 0) return clock.format(date);
  return days < 7 ? weekday.format(date) : short.format(date);
}

/** The two largest units of a length of time: "3 days 4 hours". */
export function formatDuration(milliseconds: number): string {
  const minutes = Math.max(0, Math.floor(milliseconds / 60_000));
  const parts = [
    ['day', Math.floor(minutes / 1440)],
    ['hour', Math.floor(minutes / 60) % 24],
    ['minute', minutes % 60],
  ] as const;
  const first = parts.findIndex(([, value]) => value > 0);
  const shown = first < 0 ? parts.slice(2) : parts.slice(first, first + 2).filter(([, value]) => value > 0);
  return shown
    .map(([unit, value]) => new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'long' }).format(value))
    .join(' ');
}

export function formatSize(bytes: number): string {
  const units = t('size.units').split(' ');
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  const digits = unit === 0 || value >= 100 ? 0 : 1;
  return `${new Intl.NumberFormat(locale, { maximumFractionDigits: digits }).format(value)} ${units[unit]}`;
}
