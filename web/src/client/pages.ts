/** The pages beside the chats, and where they are in the address: `#/catalogue/weather`. */
export type Page =
  | { readonly kind: 'catalogue'; readonly query: string; readonly category: string | null }
  | { readonly kind: 'app'; readonly name: string }
  | { readonly kind: 'publish' }
  | { readonly kind: 'wallet' }
  | { readonly kind: 'payment'; readonly id: number }
  | { readonly kind: 'pay'; readonly token: string }
  | { readonly kind: 'console'; readonly path: readonly string[] };

/** The page that an address names; null when it names a chat, nothing, or something unknown. */
export function pageFrom(hash: string): Page | null {
  const [path = '', search = ''] = divided(hash.replace(/^#/, ''), '?');
  const parts = path.split('/').filter(Boolean).map(decoded);
  const [first, second] = parts;
  switch (first) {
    case 'catalogue': {
      if (parts.length > 2) return null;
      if (second !== undefined) return { kind: 'app', name: second };
      const values = new URLSearchParams(search);
      return { kind: 'catalogue', query: values.get('q') ?? '', category: values.get('category') || null };
    }
    case 'publish':
      return parts.length === 1 ? { kind: 'publish' } : null;
    case 'wallet':
      return parts.length === 1 ? { kind: 'wallet' } : null;
    case 'payments':
      return parts.length === 2 && /^\d{1,16}$/.test(second ?? '') ? { kind: 'payment', id: Number(second) } : null;
    case 'pay':
      return parts.length === 2 && second !== undefined ? { kind: 'pay', token: second } : null;
    case 'console':
      return { kind: 'console', path: parts.slice(1) };
    default:
      return null;
  }
}

/** The address of a page: `pageFrom` reads it back. */
export function addressOf(page: Page): string {
  switch (page.kind) {
    case 'catalogue': {
      const values = new URLSearchParams();
      if (page.query !== '') values.set('q', page.query);
      if (page.category !== null) values.set('category', page.category);
      const search = values.toString();
      return `#/catalogue${search === '' ? '' : `?${search}`}`;
    }
    case 'app':
      return `#/catalogue/${encodeURIComponent(page.name)}`;
    case 'publish':
      return '#/publish';
    case 'wallet':
      return '#/wallet';
    case 'payment':
      return `#/payments/${page.id}`;
    case 'pay':
      return `#/pay/${encodeURIComponent(page.token)}`;
    case 'console':
      return `#/${['console', ...page.path.map(encodeURIComponent)].join('/')}`;
  }
}

export const catalogue: Page = { kind: 'catalogue', query: '', category: null };

/** Where "back" leads when the page was opened by its address; null is the list of chats. */
export function above(page: Page): Page | null {
  if (page.kind === 'app') return catalogue;
  if (page.kind === 'payment') return { kind: 'wallet' };
  if (page.kind === 'console' && page.path.length > 0) return { kind: 'console', path: page.path.slice(0, -1) };
  return null;
}

function divided(text: string, mark: string): readonly string[] {
  const at = text.indexOf(mark);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

/** A stray percent sign, as a person may type one, is taken as it is. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
