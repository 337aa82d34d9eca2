import { locale } from '../i18n';

const STEPS = [
  ['second', 60],
  ['minute', 60],
  ['hour', 24],
  ['day', 30],
  ['month', 12],
  ['year', Infinity],
] as const;

const format = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });

/** "in 5 minutes", "yesterday". */
export function relative(at: number, now: number): string {
  let value = Math.round((at - now) / 1000);
  for (const [unit, size] of STEPS) {
    if (Math.abs(value) < size) return format.format(value, unit);
    value = Math.trunc(value / size);
  }
  return '';
}

/** `4:07`, `1:04:07`, and with days `2:01:04:07`. */
export function clockText(seconds: number): string {
  const parts = [Math.floor(seconds / 86_400), Math.floor(seconds / 3600) % 24, Math.floor(seconds / 60) % 60, seconds % 60];
  const first = Math.min(2, parts.findIndex((part) => part > 0) < 0 ? 2 : parts.findIndex((part) => part > 0));
  return parts
    .slice(first)
    .map((part, index) => (index === 0 ? String(part) : String(part).padStart(2, '0')))
    .join(':');
}
