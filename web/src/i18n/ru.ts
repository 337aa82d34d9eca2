import type { Texts } from './en';
import { console } from './ru/console';
import { messenger } from './ru/messenger';
import { miniapp } from './ru/miniapp';
import { money } from './ru/money';
import { permission } from './ru/permission';
import { publishing } from './ru/publishing';
import { webapp } from './ru/webapp';

/** Texts in Russian. A test keeps the keys, and what is filled in, the same as in English. */
export const ru: Partial<Texts> = { ...messenger, ...permission, ...publishing, ...console, ...money, ...miniapp, ...webapp };
