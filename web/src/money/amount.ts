import { locale } from '../i18n';
import { exponentOf } from './currencies';

// Amounts are counted in whole minor units: nothing here computes with fractions.

/** As text without grouping: `499.00`. */
export function decimal(amount: number, currency: string): string {
  const places = exponentOf(currency);
  const digits = String(Math.abs(amount)).padStart(places + 1, '0');
  const sign = amount < 0 ? '-' : '';
  return places === 0 ? sign + digits : `${sign}${digits.slice(0, -places)}.${digits.slice(-places)}`;
}

const formats = new Map<string, Intl.NumberFormat>();

/** With the decimals of ISO 4217, which are not always those that the browser would choose. */
function format(currency: string): Intl.NumberFormat {
  let found = formats.get(currency);
  if (!found) {
    const places = exponentOf(currency);
    found = new Intl.NumberFormat(locale, {
      style: 'currency',
      currency,
      currencyDisplay: 'narrowSymbol',
      minimumFractionDigits: places,
      maximumFractionDigits: places,
    });
    formats.set(currency, found);
  }
  return found;
}

/** For people: `499,00 ₽`. */
export function money(amount: number, currency: string): string {
  // A text and not a number, so that sixteen digits stay sixteen digits.
  const text = decimal(amount, currency) as unknown as number;
  return format(currency).format(text);
}

/** Reads what a person typed: `499`, `1 499,5`, `1,499.50`. Null for what is no amount that can be paid in that currency. */
export function parseAmount(typed: string, currency: string): number | null {
  const places = exponentOf(currency);
  const text = typed.replace(/[\s\u00a0\u202f']/g, '');
  const match = /^(\d+|\d{1,3}(?:[.,]\d{3})+)(?:[.,](\d*))?$/.exec(text);
  if (!match) return null;
  let [, whole = '', rest = ''] = match;
  // One mark with three digits after it groups them, unless the currency has three decimals.
  if (rest.length > places) {
    if (rest.length !== 3 || /[.,]/.test(whole)) return null;
    whole += rest;
    rest = '';
  }
  const digits = whole.replace(/[.,]/g, '') + rest.padEnd(places, '0');
  if (digits.length > 16) return null;
  const amount = Number(digits);
  return Number.isSafeInteger(amount) && amount > 0 ? amount : null;
}
