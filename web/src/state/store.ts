import type { Action } from './actions';
import { reducer } from './reducer';
import { initialState, type State } from './state';

export interface Store {
  readonly get: () => State;
  readonly dispatch: (action: Action) => void;
  /** Returns how to stop listening. */
  readonly subscribe: (listener: () => void) => () => void;
}

export function createStore(initial: State = initialState): Store {
  let state = initial;
  const listeners = new Set<() => void>();
  return {
    get: () => state,
    dispatch(action) {
      const next = reducer(state, action);
      if (next === state) return;
      state = next;
      for (const listener of [...listeners]) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
}
