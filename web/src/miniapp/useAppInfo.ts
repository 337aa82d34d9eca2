import { useEffect, useState } from 'react';
import { useClient, useSelect } from '../hooks/useClient';
import type { User } from '../model';

/** The account of an app: whose page it is. Null until it is known. */
export function useAppInfo(app: string): User | null {
  const client = useClient();
  const known = useSelect((state) => state.bots.find((bot) => bot.name === app) ?? null);
  const [asked, setAsked] = useState<User | null>(null);
  useEffect(() => {
    if (known) return;
    let current = true;
    client.rest.account(app).then(
      (user) => current && setAsked(user),
      // Its name alone says whose it is.
      () => undefined,
    );
    return () => {
      current = false;
    };
  }, [client, app, known]);
  return known ?? (asked?.name === app ? asked : null);
}
