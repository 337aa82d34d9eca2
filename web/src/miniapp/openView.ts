import type { KeyValueStorage } from '../transport/outbox';
import { Inputs, inputsKey } from './inputs';
import { type ClientFrame, type Failure, type On, type Place } from './node';
import { top } from './stack';
import { isBusy, open, step, type Effect, type Input, type Opening, type View } from './view';
import { WindowAsker } from './windowAsker';

const LATE_MS = 20_000;
const TOAST_MS = 4_500;
const MOST_TOASTS = 3;
const FIRE_PAUSE_MS = 1_000;

interface ViewToast {
  readonly id: number;
  readonly kind: 'info' | 'error';
  readonly text: string;
}

interface ViewOptions extends Opening {
  /** False: there is no connection now, and the frame is lost. */
  readonly send: (frame: ClientFrame) => boolean;
  readonly nonce: () => string;
  readonly storage: KeyValueStorage | null;
  readonly describe: (failure: Failure) => string;
  readonly late: Failure;
  readonly onMoved: (by: 'app' | 'person', depthBefore: number) => void;
}

/** What a component asks for when it is used. */
interface Deed {
  readonly on: On;
  readonly by: string;
  readonly value?: unknown;
  readonly values?: Readonly<Record<string, unknown>>;
  /** A form was sent: what was typed into it, by the ids of its inputs. */
  readonly typed?: Readonly<Record<string, unknown>>;
  /** Shown at once, until the answer is here. */
  readonly optimistic?: unknown;
}

/** An open view with all that it keeps on this device: components read it and act through it. */
export class OpenView {
  private now: View;
  private typed: { readonly visit: number; readonly inputs: Inputs } | null = null;
  private toastList: readonly ViewToast[] = [];
  private toastCount = 0;
  private lateTimer: ReturnType<typeof setTimeout> | null = null;
  private readonly listeners = new Set<() => void>();
  private readonly windows: WindowAsker;
  private fired = 0;
  /** When the person did something last. */
  lastDeed = 0;

  constructor(private readonly options: ViewOptions) {
    this.windows = new WindowAsker((key, rows) => {
      if (this.now.online && !this.now.awaiting) options.send({ op: 'view.window', view: this.now.view, key, ...rows });
    });
    const { view, effects } = open(options);
    this.now = view;
    this.perform(effects, 1);
    this.watchAwaited();
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly get = (): View => this.now;
  readonly toasts = (): readonly ViewToast[] => this.toastList;
  readonly isBusy = (by: string): boolean => isBusy(this.now, by);

  /** What was typed into the page that is shown. */
  get inputs(): Inputs {
    const { visit } = this.now;
    if (this.typed?.visit !== visit) {
      this.typed?.inputs.save();
      this.typed = { visit, inputs: new Inputs(keyOf(this.now), this.options.storage) };
    }
    return this.typed.inputs;
  }

  take(input: Input): void {
    const before = this.now;
    // What belongs to the page that is left is kept before the next one's comes.
    const { inputs } = this;
    const { view, effects } = step(before, input);
    this.now = view;
    if (view.moves === before.visit && view.stack !== before.stack) inputs.moveTo(keyOf(view));
    if (view.visit !== before.visit || (input.type === 'frame' && input.frame.tree !== undefined)) this.windows.forget();
    this.perform(effects, before.stack.length, inputs);
    this.watchAwaited();
    if (view !== before) this.tell();
  }

  /** What the person does. */
  act(deed: Deed): void {
    this.lastDeed = Date.now();
    this.send(deed);
  }

  private send({ on, by, value, values, typed, ...rest }: Deed): void {
    const act = {
      nonce: this.options.nonce(),
      on,
      by,
      form: typed !== undefined,
      ...(typed === undefined ? {} : { typed }),
      ...(value === undefined ? {} : { value }),
      ...(values === undefined ? {} : { values }),
    };
    this.take({ type: 'act', act, ...('optimistic' in rest ? { optimistic: { value: rest.optimistic } } : {}) });
  }

  go(place: Place): void {
    this.take({ type: 'go', place });
  }

  /** An action that comes of itself, once for each `mark`, and never in a loop that spins. */
  fire(id: string, mark: number, on: On): void {
    const { inputs } = this;
    const key = `${id}#fired`;
    if (inputs.typedAt(key, null)?.value === mark) return;
    inputs.set(key, mark, null);
    // One after another for the whole page, however many there are.
    const rest = Math.max(0, this.fired + FIRE_PAUSE_MS - Date.now());
    this.fired = Date.now() + rest;
    const { visit } = this.now;
    const run = (): void => {
      // Not a deed of the person's: no sheet opens for it.
      if (!this.now.closed && this.now.visit === visit) this.send({ on, by: id });
    };
    if (rest === 0) run();
    else setTimeout(run, rest);
  }

  /** Asks for rows of a list; many wishes in a short time go out as one. */
  window(key: string, from: number, count: number): void {
    this.windows.ask(key, { from, count });
  }

  toast(kind: ViewToast['kind'], text: string): void {
    this.toastCount += 1;
    const toast = { id: this.toastCount, kind, text };
    this.toastList = [...this.toastList, toast].slice(-MOST_TOASTS);
    setTimeout(() => this.dismiss(toast.id), TOAST_MS + 40 * text.length);
    this.tell();
  }

  dismiss(id: number): void {
    this.toastList = this.toastList.filter((toast) => toast.id !== id);
    this.tell();
  }

  keep(): void {
    this.typed?.inputs.save();
  }

  close(): void {
    this.keep();
    this.windows.forget();
    if (this.lateTimer !== null) clearTimeout(this.lateTimer);
    if (this.now.online) this.options.send({ op: 'view.close', view: this.now.view });
    this.now = { ...this.now, closed: true };
    this.listeners.clear();
  }

  private perform(effects: readonly Effect[], depthBefore: number, inputs?: Inputs): void {
    for (const effect of effects) {
      switch (effect.type) {
        case 'send':
          this.options.send(effect.frame);
          break;
        case 'toast':
          this.toast('info', effect.text);
          break;
        case 'failed':
          // What was shown before the answer is not so.
          if (!effect.form) inputs?.forget(effect.by);
          this.toast('error', this.options.describe(effect.failure));
          break;
        case 'submitted':
          inputs?.clear(effect.typed);
          break;
        case 'moved':
          this.options.onMoved(effect.by, depthBefore);
          break;
      }
    }
  }

  private watchAwaited(): void {
    if (!this.now.awaiting || !this.now.online) {
      if (this.lateTimer !== null) clearTimeout(this.lateTimer);
      this.lateTimer = null;
      return;
    }
    this.lateTimer ??= setTimeout(() => {
      this.lateTimer = null;
      this.take({ type: 'late', failure: this.options.late });
    }, LATE_MS);
  }

  private tell(): void {
    for (const listener of [...this.listeners]) listener();
  }
}

function keyOf({ app, asked, stack }: View): string {
  const { page, query } = top(stack);
  return inputsKey(app, asked, page ?? 'home', query);
}
