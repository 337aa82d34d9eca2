import { createContext, useContext, useSyncExternalStore, type RefObject } from 'react';
import type { Wrong } from '../form';
import { initialOf } from '../form';
import { propsOf, type Node } from '../node';
import type { OpenView } from '../openView';

export const ViewContext = createContext<OpenView | null>(null);

export function useView(): OpenView {
  const view = useContext(ViewContext);
  if (!view) throw new Error('useView is used outside ViewContext.Provider');
  return view;
}

/** What scrolls around a component: lists look at it for the rows in sight. */
export const ScrollContext = createContext<RefObject<HTMLElement> | null>(null);

/** Where main buttons are put: at the bottom of the page, or of the dialog. */
export const FootContext = createContext<HTMLElement | null>(null);

/** Where dialogs are put: over the page, within the app's frame. */
export const OverlayContext = createContext<HTMLElement | null>(null);

/** What components within a form know of it. */
export interface FormState {
  readonly wrong: Readonly<Record<string, Wrong>>;
  /** By the app, for the fields' names. */
  readonly invalid: ReadonlyMap<string, string>;
  /** A field was changed: what was said about it counts no longer. */
  readonly changed: (id: string, name: string | undefined) => void;
}

export const FormContext = createContext<FormState | null>(null);

export interface PartProps {
  readonly node: Node;
  /** Names the node in its tree. */
  readonly id: string;
}

/** Whether what the component has done is not answered yet. */
export function useBusy(id: string): boolean {
  const view = useView();
  return useSyncExternalStore(view.subscribe, () => view.isBusy(id));
}

/** What an input shows, and how it is set. */
export function useValue({ node, id }: PartProps): readonly [unknown, (value: unknown) => void] {
  const view = useView();
  const form = useContext(FormContext);
  const props = propsOf(node);
  const { inputs } = view;
  const typed = useSyncExternalStore(inputs.subscribe, () => inputs.typedAt(id, props['value']));
  const optimistic = useSyncExternalStore(view.subscribe, () => view.get().optimistic);
  const set = (value: unknown): void => {
    const on = Array.isArray(props['on']) ? (props['on'] as unknown as readonly [string]) : undefined;
    const name = typeof props['name'] === 'string' ? props['name'] : undefined;
    if (form || !on || props['value'] === undefined) inputs.set(id, value, props['value']);
    form?.changed(id, name);
    if (on) view.act({ on, by: id, value, ...(form ? {} : { optimistic: value }) });
  };
  const value = id in optimistic ? optimistic[id] : typed ? typed.value : initialOf({ type: node.t, props });
  return [value, set];
}
