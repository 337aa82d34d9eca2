import { useEffect, useState } from 'react';

/** A press that was meant for what was there before must not agree to what has come up under it. */
const GUARD_MS = 500;

/** False for a while after it came up, and again after each change of what would be agreed to. */
export function useGuard(change: unknown = null, milliseconds = GUARD_MS): boolean {
  const [ready, setReady] = useState<{ readonly change: unknown } | null>(null);
  useEffect(() => {
    const timer = setTimeout(() => setReady({ change }), milliseconds);
    return () => clearTimeout(timer);
  }, [change, milliseconds]);
  return ready !== null && ready.change === change;
}
