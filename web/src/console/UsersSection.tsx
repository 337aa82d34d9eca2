import { useCallback, useEffect, useState } from 'react';
import { Icon } from '../components/common/Icon';
import { Waiting } from '../components/common/Waiting';
import { useClient } from '../hooks/useClient';
import { useLoad } from '../hooks/useLoad';
import { t } from '../i18n';
import { useCalls } from './calls';
import type { ConsoleUser } from './model';
import { SearchField } from './SearchField';
import { UserEntry } from './UserEntry';

/** How long the typing has to rest before the search goes out. */
const REST_MS = 250;

/** The people of this server. */
export function UsersSection(): JSX.Element {
  const client = useClient();
  const calls = useCalls();
  const [typed, setTyped] = useState('');
  const [query, setQuery] = useState('');
  const [more, setMore] = useState<{ readonly users: readonly ConsoleUser[]; readonly next: string | null } | null>(null);
  const [busy, setBusy] = useState(false);
  const load = useCallback(async () => {
    const page = await calls.users(query, null);
    setMore(null);
    return page;
  }, [calls, query]);
  const { value, error, reload } = useLoad(load);
  useEffect(() => {
    const timer = setTimeout(() => setQuery(typed.trim()), REST_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  const next = (more ?? value)?.next ?? null;
  const loadMore = (): void => {
    setBusy(true);
    calls
      .users(query, next)
      .then((page) => setMore({ users: [...(more?.users ?? []), ...page.users], next: page.next }))
      .catch((reason: unknown) => client.toastError(reason))
      .finally(() => setBusy(false));
  };
  const users = [...(value?.users ?? []), ...(more?.users ?? [])];
  return (
    <div className="parts" data-testid="console-users">
      <p className="notice with-icon">
        <Icon name="shield" />
        <span>{t('console.users.about')}</span>
      </p>
      <SearchField label={t('console.users.search')} testId="user-search" value={typed} onChange={setTyped} />
      {!value && <Waiting error={error} onRetry={() => void reload()} />}
      {value && users.length === 0 && <p className="part-empty">{t('console.users.none')}</p>}
      {users.length > 0 && (
        <ul className="rows">
          {users.map((user) => (
            <UserEntry key={user.id} user={user} calls={calls} reload={reload} />
          ))}
        </ul>
      )}
      {next !== null && (
        <button type="button" className="soft" disabled={busy} onClick={loadMore}>
          {t('console.more')}
        </button>
      )}
    </div>
  );
}
