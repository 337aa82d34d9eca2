import { locale } from '../i18n';

// Amounts are counted in whole minor units: nothing here computes with fractions.

const formats = new Map<string, Intl.NumberFormat>();

function format(currency: string): Intl.NumberFormat {
  let found = formats.get(currency);
  if (!found) {
    found = new Intl.NumberFormat(locale, { style: 'currency', currency, currencyDisplay: 'narrowSymbol' });
    formats.set(currency, found);
  }
  return found;
}

/** Those whose decimals browsers count in another way than ISO 4217 does. */
const exponents: Readonly<Record<string, number>> = { CLF: 4, UYW: 4, UGX: 0, ISK: 0 };

/** Decimals of a currency: 2 for most, 0 for the yen, 3 for the dinar of Kuwait. */
export function exponentOf(currency: string): number {
  return exponents[currency] ?? format(currency).resolvedOptions().maximumFractionDigits ?? 2;
}

/** As text without grouping: `499.00`. */
export function decimal(amount: number, currency: string): string {
  const places = exponentOf(currency);
  const digits = String(Math.abs(amount)).padStart(places + 1, '0');
  const sign = amount < 0 ? '-' : '';
  return places === 0 ? sign + digits : `${sign}${digits.slice(0, -places)}.${digits.slice(-places)}`;
}

/** For people: `499,00 ₽`. */
export function money(amount: number, currency: string): string {
  const places = exponentOf(currency);
  // A text and not a number, so that sixteen digits stay sixteen digits.
  const text = decimal(amount, currency) as unknown as number;
  return new Intl.NumberFormat(locale, {
    style: 'currency',
    currency,
    currencyDisplay: 'narrowSymbol',
    minimumFractionDigits: places,
    maximumFractionDigits: places,
  }).format(text);
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
