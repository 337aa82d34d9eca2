// What an app writes and a browser would act upon: addresses, colours, drawings.

/** The server's path of an asset of the app, or null: apps name files of their own, and nothing else. */
export function assetPath(app: string, src: unknown): string | null {
  if (typeof src !== 'string' || src.length > 300) return null;
  const match = /^assets\/([\w.-]+(?:\/[\w.-]+)*)$/.exec(src);
  if (!match || match[1]!.split('/').some((part) => /^\.+$/.test(part))) return null;
  return `/v1/apps/${encodeURIComponent(app)}/assets/${match[1]!.split('/').map(encodeURIComponent).join('/')}`;
}

/** An address outside: https only. */
export function outsideHref(url: unknown): string | null {
  if (typeof url !== 'string') return null;
  try {
    const parsed = new URL(url);
    return parsed.protocol === 'https:' ? parsed.href : null;
  } catch {
    return null;
  }
}

const NAMED: ReadonlyMap<string, string> = new Map(Object.entries({
  accent: 'var(--accent)',
  muted: 'var(--ink-soft)',
  danger: 'var(--danger)',
  success: 'var(--mini-success)',
  warning: 'var(--warn)',
  ink: 'var(--ink)',
  panel: 'var(--panel)',
  line: 'var(--line)',
  field: 'var(--field)',
}));

/** A colour for a drawing: one of the client's by name, a hexadecimal one, or one of CSS by name. */
export function paint(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const named = NAMED.get(value);
  if (named !== undefined) return named;
  return /^(?:#[0-9a-f]{3,8}|[a-z]{3,24})$/i.test(value) ? value : undefined;
}

/** The `d` of an SVG path: its letters and numbers, and nothing else. */
export function pathData(value: unknown): string | undefined {
  return typeof value === 'string' && value.length <= 20_000 && /^[MmLlHhVvCcSsQqTtAaZz\d.,eE\s+-]*$/.test(value)
    ? value
    : undefined;
}
