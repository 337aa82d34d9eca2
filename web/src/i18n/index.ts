import { en, type Forms, type Key, type Texts } from './en';
import { ru } from './ru';

export type { Key } from './en';
export type Values = Readonly<Record<string, string | number>>;

interface Language {
  readonly tag: string;
  readonly texts: Partial<Texts>;
}

/** Languages on hand. Another one is a file like `en.ts` and a line here; keys it lacks fall back to English. */
const languages: readonly Language[] = [
  { tag: 'en', texts: en },
  { tag: 'ru', texts: ru },
];

/** Where the person's choice is kept, so that the first thing drawn is in the right language. */
const CHOSEN = 'stoa.language';

const browser = typeof navigator === 'undefined' ? [] : navigator.languages ?? [];
const language = choose([chosen() ?? '', ...browser]);
const plural = new Intl.PluralRules(language.tag);
const number = new Intl.NumberFormat(language.tag);

/** The tag for dates and numbers, and for what the server writes. */
export const locale = language.tag;

/** What the person reads, whether the client has texts in it or not: an app may. */
export const preferred = chosen() ?? browser[0] ?? locale;

/** The direction of a language's lines. */
export const directionIn = (tag: string): 'rtl' | 'ltr' => (/^(?:ar|ckb|dv|fa|he|ps|sd|ug|ur|yi)\b/i.test(tag) ? 'rtl' : 'ltr');

/** That of the client's own, should a language that is written from the right be added. */
export const direction = directionIn(locale);

/**
 * Keeps the language that the person has set; null follows the browser.
 * @returns whether the page has to be loaded again, because it is drawn in another one.
 */
export function adoptLanguage(wanted: string | null): boolean {
  try {
    if (wanted === null) localStorage.removeItem(CHOSEN);
    else localStorage.setItem(CHOSEN, wanted);
  } catch {
    // Nothing can be kept here: a page loaded again would be in the same language as this one.
  }
  return choose([chosen() ?? '', ...browser]).tag !== locale;
}

function chosen(): string | null {
  try {
    return typeof localStorage === 'undefined' ? null : localStorage.getItem(CHOSEN);
  } catch {
    return null;
  }
}

function choose(wanted: readonly string[]): Language {
  for (const tag of wanted) {
    const found = languages.find((candidate) => tag.toLowerCase().split('-')[0] === candidate.tag);
    if (found) return found;
  }
  return languages[0]!;
}

/** The text of `key`, with `{name}` filled in from `values` and the form chosen by `values.count`. */
export function t(key: Key, values: Values = {}): string {
  const entry = language.texts[key] ?? en[key];
  const template = typeof entry === 'string' ? entry : form(entry, values['count']);
  return template.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name];
    return value === undefined ? whole : typeof value === 'number' ? number.format(value) : value;
  });
}

function form(forms: Forms, count: string | number | undefined): string {
  return forms[plural.select(Number(count ?? 0))] ?? forms.other;
}
