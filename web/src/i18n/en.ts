// Texts in English. `{name}` is filled in; a text with forms is chosen by the plural rules of the language for `count`.
import { console } from './en/console';
import { messenger } from './en/messenger';
import { miniapp } from './en/miniapp';
import { money } from './en/money';
import { permission } from './en/permission';
import { publishing } from './en/publishing';
import { webapp } from './en/webapp';

/** The forms of a text that depends on `count`: as many as the language has. */
export type Forms = Partial<Record<Intl.LDMLPluralRule, string>> & { readonly other: string };

export const en = { ...messenger, ...permission, ...publishing, ...console, ...money, ...miniapp, ...webapp } as const;

export type Key = keyof typeof en;
export type Texts = { readonly [K in Key]: (typeof en)[K] extends string ? string : Forms };
