import { useState } from 'react';
import { useClient } from '../hooks/useClient';

export interface Doing {
  readonly busy: boolean;
  readonly run: (what: () => Promise<unknown>) => void;
}

/** Does one thing at a time by a button, tells what went wrong, and loads anew afterwards either way: it may be half done. */
export function useDoing(reload: () => Promise<void>): Doing {
  const client = useClient();
  const [busy, setBusy] = useState(false);
  const run = (what: () => Promise<unknown>): void => {
    if (busy) return;
    setBusy(true);
    void what()
      .catch((error: unknown) => client.toastError(error))
      .then(reload)
      .finally(() => setBusy(false));
  };
  return { busy, run };
}
