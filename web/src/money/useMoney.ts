import { useState, useSyncExternalStore } from 'react';
import { useClient } from '../hooks/useClient';
import type { Asked, Kind } from './live';
import { Once } from './once';

/** A payment, bill or subscription as it is now: undefined while it loads, null when there is none. */
export function useLive<T>(kind: Kind, id: number): T | null | undefined {
  const { money } = useClient();
  return useSyncExternalStore(money.subscribe, () => money.get<T>(kind, id));
}

export function useSheet(): Asked | null {
  const { money } = useClient();
  return useSyncExternalStore(money.subscribe, money.sheet);
}

/** Another number whenever something about the wallet changed. */
export function useWalletChanges(): number {
  const { money } = useClient();
  return useSyncExternalStore(money.subscribe, money.walletChanges);
}

/** For as long as a form is shown. */
export function useOnce(): Once {
  return useState(() => new Once())[0];
}
