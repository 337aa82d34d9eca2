import { useCallback, useEffect, useRef, useState } from 'react';
import { Icon } from '../components/common/Icon';
import { PageFrame } from '../components/common/PageFrame';
import { Waiting } from '../components/common/Waiting';
import { useClient } from '../hooks/useClient';
import { useLoad } from '../hooks/useLoad';
import { t } from '../i18n';
import { AppCard } from './AppCard';
import { CatalogueApi } from './api';
import { categoryName, chipsOf } from './categories';

interface Props {
  readonly query: string;
  readonly category: string | null;
}

/** Typing rests this long before it is searched. */
const SEARCH_AFTER_MS = 250;

/** All apps on this server, to be searched. What is searched is in the address, so that "back" leads to the same list. */
export function CataloguePage({ query, category }: Props): JSX.Element {
  const client = useClient();
  const found = useLoad(useCallback(() => new CatalogueApi(client.rest).search(query, category), [client, query, category]));
  const search = useCallback(
    (words: string, among: string | null) => client.navigation.change({ kind: 'catalogue', query: words, category: among }),
    [client],
  );
  const { value } = found;
  return (
    <PageFrame title={t('catalogue.title')} about={t('catalogue.about')} testId="catalogue" ready={value !== null}>
      <div className="catalogue-tools">
        <SearchField query={query} onSearch={(words) => search(words, category)} />
        {value && (
          <div className="chips" role="group" aria-label={t('catalogue.categories')}>
            <Chip name={t('catalogue.all')} chosen={category === null} onChoose={() => search(query, null)} />
            {chipsOf(value.categories, category).map(({ name, count }) => (
              <Chip
                key={name}
                name={categoryName(name)}
                count={count}
                chosen={name === category}
                onChoose={() => search(query, name === category ? null : name)}
              />
            ))}
          </div>
        )}
      </div>
      {value === null || found.error !== null ? (
        <Waiting error={found.error} onRetry={() => void found.reload()} />
      ) : (
        <>
          <p className={value.near === null ? 'sr-only' : 'notice'} role="status" data-testid="catalogue-near">
            {value.near === null
              ? t('catalogue.count', { count: value.apps.length })
              : t('catalogue.near', { query, name: value.near })}
          </p>
          {value.apps.length === 0 ? (
            <div className="page-wait" data-testid="catalogue-empty">
              <p>{t(query === '' && category === null ? 'catalogue.empty' : 'catalogue.noMatch')}</p>
            </div>
          ) : (
            <ul className="app-cards" aria-busy={found.loading}>
              {value.apps.map((app) => (
                <AppCard key={app.name} app={app} />
              ))}
            </ul>
          )}
        </>
      )}
    </PageFrame>
  );
}

interface SearchProps {
  readonly query: string;
  readonly onSearch: (words: string) => void;
}

function SearchField({ query, onSearch }: SearchProps): JSX.Element {
  const [text, setText] = useState(query);
  const searched = useRef(query);
  // The address changed from outside, by "back" or a link: the field follows.
  useEffect(() => {
    if (query !== searched.current) setText(query);
    searched.current = query;
  }, [query]);
  useEffect(() => {
    const words = text.trim();
    if (words === searched.current) return;
    const timer = setTimeout(() => {
      searched.current = words;
      onSearch(words);
    }, SEARCH_AFTER_MS);
    return () => clearTimeout(timer);
  }, [text, onSearch]);
  return (
    <label className="search">
      <Icon name="search" />
      <input
        type="search"
        data-testid="catalogue-search"
        aria-label={t('catalogue.search')}
        placeholder={t('catalogue.search')}
        autoCapitalize="none"
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') setText('');
        }}
      />
    </label>
  );
}

interface ChipProps {
  readonly name: string;
  readonly count?: number;
  readonly chosen: boolean;
  readonly onChoose: () => void;
}

function Chip({ name, count, chosen, onChoose }: ChipProps): JSX.Element {
  return (
    <button type="button" className="chip" data-testid="catalogue-category" aria-pressed={chosen} onClick={onChoose}>
      {name}
      {count !== undefined && <span className="chip-count">{count}</span>}
    </button>
  );
}
