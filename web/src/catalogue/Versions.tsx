import { t } from '../i18n';
import { formatDay } from '../i18n/format';
import { useNow } from '../hooks/useNow';
import type { Version } from './api';

export function Versions({ versions }: { readonly versions: readonly Version[] }): JSX.Element | null {
  const now = useNow();
  if (versions.length === 0) return null;
  return (
    <section className="card" data-testid="app-versions">
      <h3>{t('app.versions')}</h3>
      <ol className="versions">
        {versions.map((version) => (
          <li key={`${version.version} ${version.date}`}>
            <p className="card-head">
              <span className="versions-name">
                <strong>{version.version}</strong>
                {version.current && <span className="tag good">{t('app.current')}</span>}
              </span>
              <time className="quiet" dateTime={new Date(version.date).toISOString()}>
                {formatDay(version.date, now)}
              </time>
            </p>
            {version.notes !== '' && <p className="app-text">{version.notes}</p>}
          </li>
        ))}
      </ol>
    </section>
  );
}
