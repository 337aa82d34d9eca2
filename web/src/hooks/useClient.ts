import { createContext, useContext, useSyncExternalStore } from 'react';
import type { Client } from '../client/client';
import type { State } from '../state/state';

export const ClientContext = createContext<Client | null>(null);

export function useClient(): Client {
  const client = useContext(ClientContext);
  if (!client) throw new Error('useClient is used outside ClientContext.Provider');
  return client;
}

/** Draws again when the selected value changes. The selector must give the same object for the same state. */
export function useSelect<Value>(selector: (state: State) => Value): Value {
  const { store } = useClient();
  return useSyncExternalStore(store.subscribe, () => selector(store.get()));
}
