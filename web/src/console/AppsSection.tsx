import { useCallback, useMemo, useState } from 'react';
import { Waiting } from '../components/common/Waiting';
import { useLoad } from '../hooks/useLoad';
import { t } from '../i18n';
import { AppEntry } from './AppEntry';
import { useCalls } from './calls';
import { ConsoleLink } from './parts';
import { SearchField } from './SearchField';

/** All apps on this server, or the one that the address names. */
export function AppsSection({ only }: { readonly only: string | null }): JSX.Element {
  const calls = useCalls();
  const { value, error, reload } = useLoad(useCallback(() => calls.apps(), [calls]));
  const [query, setQuery] = useState('');
  const shown = useMemo(() => {
    const wanted = query.trim().toLocaleLowerCase();
    return (value?.apps ?? []).filter((app) =>
      only === null
        ? `${app.title} ${app.name} ${app.publisher}`.toLocaleLowerCase().includes(wanted)
        : app.name === only,
    );
  }, [value, query, only]);
  if (!value) return <Waiting error={error} onRetry={() => void reload()} />;
  return (
    <div className="parts" data-testid="console-apps">
      {only === null ? (
        <SearchField label={t('console.apps.search')} value={query} onChange={setQuery} />
      ) : (
        <ConsoleLink path={['apps']} className="link">
          {t('console.apps.all')}
        </ConsoleLink>
      )}
      {shown.length === 0 && <p className="part-empty">{t('console.apps.none')}</p>}
      <ul className="cards">
        {shown.map((app) => (
          <AppEntry key={app.name} app={app} defaults={value.defaults} calls={calls} reload={reload} />
        ))}
      </ul>
    </div>
  );
}
