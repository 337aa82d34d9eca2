import type { KeyValueStorage } from './transport/outbox';

export type Theme = 'system' | 'light' | 'dark';

const KEY = 'stoa.theme';
const GROUND = { light: '#fbfaf8', dark: '#15181a' };

let storage: KeyValueStorage | null = null;
const darkSystem = typeof matchMedia === 'undefined' ? null : matchMedia('(prefers-color-scheme: dark)');

export function startTheme(from: KeyValueStorage): void {
  storage = from;
  show();
  darkSystem?.addEventListener('change', show);
}

export function currentTheme(): Theme {
  const value = storage?.getItem(KEY);
  return value === 'light' || value === 'dark' ? value : 'system';
}

export function setTheme(theme: Theme): void {
  if (theme === 'system') storage?.removeItem(KEY);
  else storage?.setItem(KEY, theme);
  show();
}

function show(): void {
  const theme = currentTheme();
  const resolved = theme === 'system' ? (darkSystem?.matches ? 'dark' : 'light') : theme;
  document.documentElement.dataset['theme'] = resolved;
  document.querySelector('meta[name="theme-color"]')?.setAttribute('content', GROUND[resolved]);
}
