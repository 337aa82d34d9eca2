import { useCallback, useState } from 'react';
import { Avatar } from '../components/common/Avatar';
import { IconButton } from '../components/common/IconButton';
import { PageFrame } from '../components/common/PageFrame';
import { Waiting } from '../components/common/Waiting';
import { useAction } from '../hooks/useAction';
import { useClient } from '../hooks/useClient';
import { useLoad } from '../hooks/useLoad';
import { t } from '../i18n';
import { ApiError } from '../transport/errors';
import { Publisher, Score } from './AppCard';
import { Capabilities } from './Capabilities';
import { CatalogueApi, type AppDetails } from './api';
import { categoryName } from './categories';
import { Pictures } from './Pictures';
import { Ratings } from './Ratings';
import { ReportDialog } from './ReportDialog';
import { Versions } from './Versions';

/** Everything about one app, before it is started and after. */
export function AppPage({ name }: { readonly name: string }): JSX.Element {
  const client = useClient();
  const { value, error, reload } = useLoad(useCallback(() => new CatalogueApi(client.rest).app(name), [client, name]));
  const [reporting, setReporting] = useState(false);
  const gone = error instanceof ApiError && error.status === 404;
  return (
    <PageFrame
      title={value?.title ?? name}
      about={value ? `@${value.name}` : undefined}
      testId="app-page"
      ready={value !== null}
      actions={
        value && (
          <IconButton icon="flag" label={t('report.open')} data-testid="app-report" onClick={() => setReporting(true)} />
        )
      }
    >
      {value ? (
        <Details app={value} onChange={reload} />
      ) : gone ? (
        <p className="page-wait">{t('catalogue.gone', { name })}</p>
      ) : (
        <Waiting error={error} onRetry={() => void reload()} />
      )}
      {reporting && value && <ReportDialog app={value} onClose={() => setReporting(false)} />}
    </PageFrame>
  );
}

function Details({ app, onChange }: { readonly app: AppDetails; readonly onChange: () => Promise<void> }): JSX.Element {
  return (
    <>
      <Head app={app} />
      {app.pictures.length > 0 && <Pictures title={app.title} pictures={app.pictures} />}
      {app.description !== '' && (
        <section className="card">
          <h3>{t('app.description')}</h3>
          <p className="app-text">{app.description}</p>
        </section>
      )}
      <Capabilities capabilities={app.capabilities} retention={app.retention_days} />
      {app.web && (
        <section className="card" data-testid="app-origins">
          <h3>{t('webapp.reaches')}</h3>
          <p className="capability-tags">
            {app.origins.length === 0 && t('webapp.reaches.nothing')}
            {app.origins.map((origin) => (
              <code key={origin}>{origin}</code>
            ))}
          </p>
        </section>
      )}
      {app.commands.length > 0 && (
        <section className="card">
          <h3>{t('app.commands')}</h3>
          <dl className="commands">
            {app.commands.map((command) => (
              <div key={command.name}>
                <dt>/{command.name}</dt>
                <dd>{command.description}</dd>
              </div>
            ))}
          </dl>
        </section>
      )}
      <Ratings app={app} onChange={onChange} />
      <Versions versions={app.versions} />
    </>
  );
}

function Head({ app }: { readonly app: AppDetails }): JSX.Element {
  const client = useClient();
  const start = useAction();
  const begin = async (): Promise<void> => {
    const chat = await client.rest.createDirect(app.name);
    client.takeChat(chat);
    client.chats.open(chat.id);
    if (app.commands.some((command) => command.name === 'start')) client.chats.sendText(chat.id, '/start');
  };
  return (
    <section className="card app-head">
      <Avatar id={app.bot} name={app.title} kind={app.kind} />
      <div className="app-head-main">
        <p className="app-head-title">{app.title}</p>
        <Publisher publisher={app.publisher} />
        <p className="app-card-foot">
          <Score rating={app.rating} />
          <span className="tag">{categoryName(app.category)}</span>
          {app.kind === 'miniapp' && <span className="tag">{t('app.miniapp')}</span>}
          <span className="quiet">{t('app.version', { version: app.version })}</span>
        </p>
      </div>
      <div className="app-head-buttons">
        {app.kind === 'miniapp' && (
          <button
            type="button"
            className="primary"
            data-testid="app-open"
            onClick={() =>
              app.web ? client.webapps.open(app.name) : client.miniapps.open({ app: app.name, chat: null, page: null, query: {} })
            }
          >
            {t('miniapp.open')}
          </button>
        )}
        <button
          type="button"
          className={app.kind === 'miniapp' ? 'soft' : 'primary'}
          data-testid="app-start"
          disabled={start.busy}
          onClick={() => void start.run(begin)}
        >
          {t(app.kind === 'miniapp' ? 'miniapp.chat' : 'bot.start')}
        </button>
      </div>
      <p className="form-error" role="alert">
        {start.error}
      </p>
    </section>
  );
}
