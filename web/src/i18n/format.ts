import { locale, t } from './index';

const clock = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const weekday = new Intl.DateTimeFormat(locale, { weekday: 'short' });
const dayMonth = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'long' });
const dayMonthYear = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'long', year: 'numeric' });
const short = new Intl.DateTimeFormat(locale, { day: '2-digit', month: '2-digit', year: '2-digit' });
const whole = new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeStyle: 'medium' });

export const formatTime = (date: number): string => clock.format(date);

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

export function formatSize(bytes: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  const digits = unit === 0 || value >= 100 ? 0 : 1;
  return `${new Intl.NumberFormat(locale, { maximumFractionDigits: digits }).format(value)} ${units[unit]}`;
}
