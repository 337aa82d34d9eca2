import { applyPatch } from './patch';
import * as stacks from './stack';
import { isNode, onOf, textsOf, type ClientFrame, type Failure, type Node, type On, type Place, type ViewFrame } from './node';

/** An action that was asked for and not answered yet. */
export interface Act {
  readonly nonce: string;
  readonly on: On;
  /** The component that does it. */
  readonly by: string;
  readonly value?: unknown;
  readonly values?: Readonly<Record<string, unknown>>;
  /** A form was sent. */
  readonly form: boolean;
  /** What was typed into it, by the ids of its inputs. */
  readonly typed?: Readonly<Record<string, unknown>>;
  readonly sent: boolean;
  /** Sent once more, after a break: it may have been done already. */
  readonly again: boolean;
  /** Where it was pressed. */
  readonly visit: number;
  /** Its turn found fields wrong. */
  readonly invalid: boolean;
}

/** What a component asks for. */
export type Asked = Omit<Act, 'sent' | 'again' | 'visit' | 'invalid'>;

/** One page open on this device. Changed by `step` alone. */
export interface View {
  readonly view: string;
  readonly app: string;
  /** The chat that it was asked to be opened in; null is the direct chat with the app. */
  readonly asked: number | null;
  /** The chat that it is in, by the server's word. */
  readonly chat: number | null;
  readonly lang: string;
  readonly theme: string;
  readonly stack: stacks.Stack;
  /** What was drawn last; of the page before while the next one is awaited. */
  readonly tree: Node | null;
  /** Of the app's texts; null when it has none. */
  readonly spoken: string | null;
  readonly version: number;
  /** Counts the steps from page to page. */
  readonly moves: number;
  /** The step that led to what is shown. The same page drawn anew is the same visit: what was typed and scrolled stays. */
  readonly visit: number;
  /** Where the tree leads from: with another query the page is the same visit. */
  readonly shown: Place;
  /** A whole tree was asked for, and is not here. */
  readonly awaiting: boolean;
  readonly online: boolean;
  readonly error: Failure | null;
  readonly acts: readonly Act[];
  /** Values that components show before the server has said them. */
  readonly optimistic: Readonly<Record<string, unknown>>;
  /** What the app found wrong in a form. */
  readonly invalid: {
    readonly form: string | null;
    readonly fields: ReadonlyMap<string, string>;
    /** The action that it answers. */
    readonly answer: string;
  } | null;
  readonly closed: boolean;
}

export type Input =
  | { readonly type: 'online' }
  | { readonly type: 'offline' }
  | { readonly type: 'frame'; readonly frame: ViewFrame }
  | { readonly type: 'go'; readonly place: Place }
  | { readonly type: 'back' }
  /** To the page at this depth of the stack: the browser's "back" over several. */
  | { readonly type: 'backTo'; readonly depth: number }
  | { readonly type: 'reload' }
  | { readonly type: 'dressed'; readonly theme: string }
  | { readonly type: 'act'; readonly act: Asked; readonly optimistic?: { readonly value: unknown } }
  | { readonly type: 'corrected'; readonly name: string }
  /** The page did not come in time. */
  | { readonly type: 'late'; readonly failure: Failure }
  | { readonly type: 'refused'; readonly nonce: string; readonly failure: Failure };

/** What has to be done after a step. */
export type Effect =
  | { readonly type: 'send'; readonly frame: ClientFrame }
  | { readonly type: 'toast'; readonly text: string }
  | { readonly type: 'failed'; readonly failure: Failure; readonly by: string; readonly form: boolean }
  /** The app has a form's values: what was typed, by the ids of its inputs, need not be kept. */
  | { readonly type: 'submitted'; readonly typed: Readonly<Record<string, unknown>> }
  /** Another page is shown: the address follows. */
  | { readonly type: 'moved'; readonly by: 'app' | 'person' };

export interface Step {
  readonly view: View;
  readonly effects: readonly Effect[];
}

export interface Opening {
  readonly view: string;
  readonly app: string;
  readonly chat: number | null;
  readonly place: Place;
  readonly lang: string;
  readonly theme: string;
  readonly online: boolean;
}

/** Null for what is no tag of BCP 47 by its form. */
const tag = (value: unknown): string | null =>
  typeof value === 'string' && /^[a-z]{2,8}(?:-[a-z\d]{1,8})*$/i.test(value) ? value : null;

export function open({ view, app, chat, place, lang, theme, online }: Opening): Step {
  const opened: View = {
    view,
    app,
    asked: chat,
    chat,
    lang,
    theme,
    stack: [place],
    tree: null,
    spoken: null,
    version: 0,
    moves: 0,
    visit: 0,
    shown: place,
    awaiting: true,
    online,
    error: null,
    acts: [],
    optimistic: {},
    invalid: null,
    closed: false,
  };
  return { view: opened, effects: online ? [{ type: 'send', frame: openFrame(opened) }] : [] };
}

export function step(view: View, input: Input): Step {
  switch (input.type) {
    case 'online':
      // Nothing is known of what the server remembers: the same page again, then what was not answered.
      return reopened({ ...view, online: true, acts: view.acts.map(unsent) });
    case 'offline':
      return same({ ...view, online: false });
    case 'frame':
      return input.frame.view === view.view ? taken(view, input.frame) : same(view);
    case 'go':
      return moved(view, stacks.go(view.stack, input.place), 'person');
    case 'back':
      return moved(view, stacks.back(view.stack), 'person');
    case 'backTo':
      return moved(view, view.stack.slice(0, Math.max(1, input.depth)), 'person');
    case 'reload':
      return reopened({ ...view, error: null });
    case 'dressed':
      return input.theme === view.theme ? same(view) : reopened({ ...view, theme: input.theme });
    case 'act':
      return acted(view, input.act, input.optimistic);
    case 'corrected':
      return same({ ...view, invalid: without(view.invalid, input.name) });
    case 'late':
      return view.awaiting && view.online ? same({ ...view, awaiting: false, error: input.failure }) : same(view);
    case 'refused':
      return answered(view, input.nonce, input.failure);
  }
}

/** Whether a component waits for the answer to what it did. */
export const isBusy = (view: View, by: string): boolean =>
  view.acts.some((act) => act.by === by && act.visit === view.visit);

/** What is shown is to be pressed no more: another page, or this one for another query, is on its way. */
export const isLeaving = (view: View): boolean =>
  view.awaiting && view.tree !== null && (view.visit !== view.moves || !stacks.samePlace(view.shown, stacks.top(view.stack)));

const unsent = (act: Act): Act => ({ ...act, sent: false, again: act.again || act.sent });

const same = (view: View): Step => ({ view, effects: [] });

function reopened(view: View): Step {
  const next = { ...view, awaiting: true };
  return { view: next, effects: view.online ? [{ type: 'send', frame: openFrame(next) }] : [] };
}

function moved(view: View, stack: stacks.Stack, by: 'app' | 'person'): Step {
  // To the page that is shown it is a wish to see it anew.
  if (stack === view.stack) return by === 'app' && !view.awaiting ? reopened(view) : same(view);
  // The page that an app has shown with another query stays, with what was typed into it and where its reader is.
  const stays = by === 'app' && stack.length === view.stack.length && stacks.samePage(stacks.top(stack), stacks.top(view.stack));
  const next = reopened({ ...view, stack, moves: view.moves + (stays ? 0 : 1), error: null, invalid: null });
  return { view: next.view, effects: [...next.effects, { type: 'moved', by }] };
}

function acted(view: View, asked: Asked, optimistic: { readonly value: unknown } | undefined): Step {
  // What is pressed before the page has come goes out with it.
  const sends = view.online && !view.awaiting;
  const act: Act = { ...asked, sent: sends, again: false, visit: view.visit, invalid: false };
  const next: View = {
    ...view,
    acts: [...view.acts, act],
    optimistic: optimistic ? { ...view.optimistic, [act.by]: optimistic.value } : view.optimistic,
    invalid: act.form ? null : view.invalid,
  };
  return { view: next, effects: sends ? [{ type: 'send', frame: actFrame(view, act) }] : [] };
}

function taken(view: View, frame: ViewFrame): Step {
  const effects: Effect[] = [];
  let now = view;
  const then = (step: Step): void => {
    now = step.view;
    effects.push(...step.effects);
  };
  if (frame.tree !== undefined) then(wholeTree(now, frame));
  else if (frame.patch !== undefined) then(patched(now, frame));
  then(noted(now, frame));
  if (typeof frame.acted === 'string') then(answered(now, frame.acted, frame.error ?? null));
  else if (frame.error) then(same({ ...now, awaiting: false, error: frame.error }));
  return { view: now, effects };
}

function wholeTree(view: View, frame: ViewFrame): Step {
  if (!isNode(frame.tree)) return same(view);
  const { page } = stacks.top(view.stack);
  // Drawn for the page before; that of this one is on its way.
  if (page !== null && frame.page !== undefined && frame.page !== page) return same(view);
  const stack = frame.page === undefined ? view.stack : stacks.named(view.stack, frame.page);
  const next: View = {
    ...view,
    tree: frame.tree,
    spoken: tag(frame.lang),
    version: frame.version ?? 0,
    chat: frame.chat ?? view.chat,
    stack,
    visit: view.moves,
    shown: stacks.top(stack),
    optimistic: view.moves === view.visit ? view.optimistic : {},
    awaiting: false,
    error: null,
    acts: view.acts.map((act) => ({ ...act, sent: true })),
  };
  const held = view.acts.filter((act) => !act.sent);
  return { view: next, effects: held.map((act) => ({ type: 'send', frame: actFrame(view, act) })) };
}

function patched(view: View, frame: ViewFrame): Step {
  // A difference to a page that is left already.
  if (view.awaiting || !view.tree || !frame.patch) return same(view);
  if (frame.from !== view.version) return reopened(view);
  try {
    const tree = applyPatch(view.tree, frame.patch);
    return same({ ...view, tree, version: frame.version ?? view.version + 1, error: null });
  } catch {
    return reopened(view);
  }
}

function noted(view: View, frame: ViewFrame): Step {
  const effects: Effect[] = [];
  let now = view;
  for (const note of Array.isArray(frame.notes) ? frame.notes : []) {
    if (note.kind === 'toast') effects.push({ type: 'toast', text: String(note.text) });
    else if (note.kind === 'invalid') now = foundInvalid(now, frame.acted, new Map(Object.entries(textsOf(note.fields))));
    else if (note.kind === 'go' || note.kind === 'back') {
      const stack =
        note.kind === 'back' ? stacks.back(now.stack) : stacks.lead(now.stack, { page: note.page, query: textsOf(note.query) });
      const next = note.kind === 'back' && stack === now.stack ? same(now) : moved(now, stack, 'app');
      now = next.view;
      effects.push(...next.effects);
    }
  }
  return { view: now, effects };
}

function foundInvalid(view: View, nonce: string | undefined, fields: ReadonlyMap<string, string>): View {
  const forms = view.acts.filter((act) => act.form);
  const act = forms.find((candidate) => candidate.nonce === nonce) ?? forms[forms.length - 1];
  return {
    ...view,
    invalid: { form: act?.by ?? null, fields, answer: act?.nonce ?? '' },
    acts: view.acts.map((candidate) => (candidate === act ? { ...candidate, invalid: true } : candidate)),
  };
}

function answered(view: View, nonce: string, failure: Failure | null): Step {
  const act = view.acts.find((candidate) => candidate.nonce === nonce);
  if (!act) return same(view);
  // The server has let go of the view: it is opened anew, and asked once more.
  if (failure?.code === 'view_not_found' && !act.again) return reopened({ ...view, acts: view.acts.map(unsent) });
  // A page that no longer offers what was sent before the break has done it.
  const isDone = act.again && failure?.code === 'action_not_offered';
  const acts = view.acts.filter((candidate) => candidate !== act);
  let { optimistic } = view;
  // The tree says what is true by now, unless the person has gone on since.
  if (act.by in optimistic && !acts.some((other) => other.by === act.by)) {
    const { [act.by]: _shown, ...rest } = optimistic;
    optimistic = rest;
  }
  const effects: Effect[] = [];
  if (act.invalid) return { view: { ...view, acts, optimistic }, effects };
  if (failure && !isDone) effects.push({ type: 'failed', failure, by: act.by, form: act.form });
  else if (act.form) effects.push({ type: 'submitted', typed: act.typed ?? {} });
  return { view: { ...view, acts, optimistic }, effects };
}

function without(invalid: View['invalid'], name: string): View['invalid'] {
  if (!invalid?.fields.has(name)) return invalid;
  return { ...invalid, fields: new Map([...invalid.fields].filter(([field]) => field !== name)) };
}

function openFrame(view: View): ClientFrame {
  const { page, query } = stacks.top(view.stack);
  return {
    op: 'view.open',
    view: view.view,
    app: view.app,
    ...(view.asked === null ? {} : { chat: view.asked }),
    ...(page === null ? {} : { page }),
    query,
    lang: view.lang,
    theme: view.theme,
  };
}

function actFrame({ view }: View, { nonce, on, value, values }: Act): ClientFrame {
  return {
    op: 'view.act',
    view,
    nonce,
    on: onOf(on) ?? on,
    ...(value === undefined ? {} : { value }),
    ...(values === undefined ? {} : { values }),
  };
}
