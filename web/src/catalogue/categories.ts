import { t, type Key } from '../i18n';

const NAMES = new Map<string, Key>([
  ['business', 'category.business'],
  ['education', 'category.education'],
  ['finance', 'category.finance'],
  ['games', 'category.games'],
  ['news', 'category.news'],
  ['shopping', 'category.shopping'],
  ['social', 'category.social'],
  ['tools', 'category.tools'],
  ['travel', 'category.travel'],
  ['other', 'category.other'],
]);

/** What a category is called; one that this client does not know yet keeps its own name. */
export function categoryName(name: string): string {
  const key = NAMES.get(name);
  return key ? t(key) : name;
}

export interface Count {
  readonly name: string;
  readonly count: number;
}

/** Categories with something in them, and the chosen one whatever is in it: it must be seen to be taken off again. */
export function chipsOf(categories: readonly Count[], chosen: string | null): readonly Count[] {
  const shown = categories.filter(({ name, count }) => count > 0 || name === chosen);
  return chosen === null || shown.some(({ name }) => name === chosen) ? shown : [...shown, { name: chosen, count: 0 }];
}
