// What travels between a mini-app's view and the server. Nothing here is to be trusted: an app has written it.

/** One component of a page. */
export interface Node {
  /** The component. */
  readonly t: string;
  /** Keeps its identity when siblings come and go. */
  readonly k?: string | number;
  readonly p?: Props;
  readonly n?: readonly Node[];
}

export type Props = Readonly<Record<string, unknown>>;

/** What a component does: the action's name, then its arguments. */
export type On = readonly [string, ...unknown[]];

/** A page of the app with its query. `page` null is the one that opens first. */
export interface Place {
  readonly page: string | null;
  readonly query: Readonly<Record<string, string>>;
}

/** Child indexes from the root. */
export type Path = readonly number[];

export type PatchStep =
  | readonly ['p', Path, Props]
  | readonly ['r', Path, Node]
  | readonly ['d', Path, number, number]
  | readonly ['i', Path, number, readonly Node[]]
  | readonly ['m', Path, number, number];

export interface Failure {
  readonly code: string;
  readonly message: string;
}

export type Note =
  | { readonly kind: 'toast'; readonly text: string }
  | { readonly kind: 'go'; readonly page: string; readonly query?: Readonly<Record<string, string>> }
  | { readonly kind: 'back' }
  | { readonly kind: 'invalid'; readonly fields: Readonly<Record<string, string>> };

/** The data of a `miniapp.view` frame. */
export interface ViewFrame {
  readonly view: string;
  readonly tree?: Node;
  readonly patch?: readonly PatchStep[];
  readonly from?: number;
  readonly version?: number;
  readonly page?: string;
  readonly app?: string;
  readonly chat?: number;
  /** Of the app's texts, if it has any. */
  readonly lang?: string;
  readonly notes?: readonly Note[];
  readonly acted?: string;
  readonly error?: Failure;
}

/** What the client sends about its views. */
export type ClientFrame =
  | {
      readonly op: 'view.open';
      readonly view: string;
      readonly app: string;
      readonly chat?: number;
      readonly page?: string;
      readonly query: Readonly<Record<string, string>>;
      readonly lang: string;
      readonly theme: string;
    }
  | {
      readonly op: 'view.window';
      readonly view: string;
      readonly key: string;
      readonly from: number;
      readonly count: number;
    }
  | {
      readonly op: 'view.act';
      readonly view: string;
      readonly nonce: string;
      readonly on: On;
      readonly value?: unknown;
      readonly values?: Readonly<Record<string, unknown>>;
    }
  | { readonly op: 'view.close'; readonly view: string };

const none: Props = {};
const noChildren: readonly Node[] = [];

export const propsOf = (node: Node): Props => node.p ?? none;
export const childrenOf = (node: Node): readonly Node[] => (Array.isArray(node.n) ? node.n : noChildren);

export function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && typeof (value as Node).t === 'string';
}

/** Names a child in its tree, as stably as its keys allow: by its key, or by its place. */
export function idOf(parent: Node, parentId: string, child: Node, index: number): string {
  if (child.k !== undefined) return `${parentId}/k${child.k}`;
  // A list holds only the rows of its window.
  return `${parentId}/${index + (parent.t === 'list' ? numberOf(propsOf(parent)['from']) ?? 0 : 0)}`;
}

export const ROOT = '';

// Readers of props: what has the wrong type is as if it were not there.

export const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' ? value : typeof value === 'number' ? String(value) : undefined;
export const numberOf = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) ? value : undefined;
export const boolOf = (value: unknown): boolean => value === true;
export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

export function onOf(value: unknown): On | undefined {
  return Array.isArray(value) && typeof value[0] === 'string' ? (value as unknown as On) : undefined;
}

export function placeOf(value: unknown): Place | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { page, query } = value as { page?: unknown; query?: unknown };
  return { page: typeof page === 'string' ? page : null, query: textsOf(query) };
}

/** A table of texts; whatever else is in it is left out. */
export function textsOf(value: unknown): Readonly<Record<string, string>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return {};
  const entries = Object.entries(value).flatMap(([key, entry]) => {
    const text = textOf(entry);
    return text === undefined ? [] : [[key, text] as const];
  });
  return Object.fromEntries(entries);
}

/** One of the words that a prop may have; else the first. */
export function oneOf<Word extends string>(value: unknown, words: readonly [Word, ...Word[]]): Word {
  return words.find((word) => word === value) ?? words[0];
}
