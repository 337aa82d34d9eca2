import { useEffect, useState } from 'react';

/** A press that was meant for what was there before must not agree to what has come up under it. */
const GUARD_MS = 500;

/** False for a while after it came up. */
export function useGuard(): boolean {
  const [ready, setReady] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setReady(true), GUARD_MS);
    return () => clearTimeout(timer);
  }, []);
  return ready;
}
