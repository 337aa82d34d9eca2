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

/** What is shown now. */
export function shownTheme(): 'light' | 'dark' {
  const theme = currentTheme();
  return theme === 'system' ? (darkSystem?.matches ? 'dark' : 'light') : theme;
}

const listeners = new Set<() => void>();

/** Returns how to stop listening. */
export function onThemeChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function show(): void {
  const resolved = shownTheme();
  document.documentElement.dataset['theme'] = resolved;
  document.querySelector('meta[name="theme-color"]')?.setAttribute('content', GROUND[resolved]);
  for (const listener of listeners) listener();
}
