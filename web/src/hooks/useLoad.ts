import { useCallback, useEffect, useRef, useState } from 'react';

export interface Loaded<T> {
  /** What came last; stays while it is loaded anew. */
  readonly value: T | null;
  readonly error: unknown;
  readonly loading: boolean;
  readonly reload: () => Promise<void>;
}

/** Loads when `load` changes, so give it a stable function. An answer that was overtaken by a later one is dropped. */
export function useLoad<T>(load: () => Promise<T>): Loaded<T> {
  const [state, setState] = useState<Omit<Loaded<T>, 'reload'>>({ value: null, error: null, loading: true });
  const asked = useRef(0);
  const reload = useCallback(async (): Promise<void> => {
    asked.current += 1;
    const mine = asked.current;
    setState(({ value }) => ({ value, error: null, loading: true }));
    try {
      const value = await load();
      if (mine === asked.current) setState({ value, error: null, loading: false });
    } catch (error) {
      if (mine === asked.current) setState(({ value }) => ({ value, error, loading: false }));
    }
  }, [load]);
  useEffect(() => {
    void reload();
    return () => {
      asked.current += 1;
    };
  }, [reload]);
  return { ...state, reload };
}
