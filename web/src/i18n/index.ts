import { en, type Forms, type Key, type Texts } from './en';

export type { Key } from './en';
export type Values = Readonly<Record<string, string | number>>;

interface Language {
  readonly tag: string;
  readonly texts: Partial<Texts>;
}

/** Languages on hand. Another one is a file like `en.ts` and a line here; keys it lacks fall back to English. */
const languages: readonly Language[] = [{ tag: 'en', texts: en }];

const language = choose(typeof navigator === 'undefined' ? [] : navigator.languages ?? []);
const plural = new Intl.PluralRules(language.tag);
const number = new Intl.NumberFormat(language.tag);

/** The tag for dates and numbers. */
export const locale = language.tag;

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
