import { useRef, useState } from 'react';
import { describe } from '../client/messages';

export interface Action {
  readonly busy: boolean;
  /** Why it failed, in words. */
  readonly error: string | null;
  /** Says whether it worked. Does nothing while another run is on its way: a button pressed twice acts once. */
  readonly run: (what: () => Promise<unknown>) => Promise<boolean>;
}

/** One thing that a person does and that the server may refuse. */
export function useAction(): Action {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const running = useRef(false);
  const run = async (what: () => Promise<unknown>): Promise<boolean> => {
    if (running.current) return false;
    running.current = true;
    setBusy(true);
    setError(null);
    try {
      await what();
      return true;
    } catch (reason) {
      setError(describe(reason));
      return false;
    } finally {
      running.current = false;
      setBusy(false);
    }
  };
  return { busy, error, run };
}
