import { useCallback, useSyncExternalStore } from 'react';
import { CatalogueApi, type AppDetails } from '../catalogue/api';
import { Avatar } from '../components/common/Avatar';
import { IconButton } from '../components/common/IconButton';
import { Spinner } from '../components/common/Spinner';
import { useClient } from '../hooks/useClient';
import { useGuard } from '../hooks/useGuard';
import { AppName } from './AppName';
import { useLoad } from '../hooks/useLoad';
import { t } from '../i18n';
import { useAppInfo } from './useAppInfo';
import { usePanel } from './usePanel';

/** Whether an app is to be opened to which an address has led; where it will be then. */
export function DoorPanel(): JSX.Element | null {
  const { door } = useClient();
  const visitor = useSyncExternalStore(door.subscribe, door.waiting);
  return visitor && <Panel key={visitor.app} app={visitor.app} />;
}

function Panel({ app }: { readonly app: string }): JSX.Element {
  const client = useClient();
  const info = useAppInfo(app);
  const load = useCallback(() => new CatalogueApi(client.rest).app(app), [client, app]);
  const { value, loading } = useLoad(load);
  const ready = useGuard() && !loading;
  const answer = (agrees: boolean): void => client.door.answer(agrees);
  const { panel, attributes } = usePanel(app, () => answer(false));
  const title = value?.title ?? info?.display ?? app;
  return (
    <section
      ref={panel}
      className="mini-panel web-panel"
      aria-label={t('miniapp.label', { app })}
      {...attributes}
      data-testid="door"
    >
      <div className="mini-inner">
        <header className="mini-head">
          <Avatar id={info?.id ?? value?.bot ?? 0} name={title} kind="miniapp" size="small" />
          <AppName title={title} app={app} />
          <IconButton icon="close" label={t('miniapp.close')} data-testid="door-close" onClick={() => answer(false)} />
        </header>
        <div className="door">
          <h3 dir="auto">{t('door.title', { app: title })}</h3>
          <p>{t('door.text')}</p>
          {loading ? <Spinner /> : <Reaches app={value} />}
          <div className="web-buttons">
            <button type="button" className="primary" disabled={!ready} data-testid="door-open" onClick={() => answer(true)}>
              {t('miniapp.open')}
            </button>
            <button type="button" className="plain" data-testid="door-cancel" onClick={() => answer(false)}>
              {t('common.cancel')}
            </button>
          </div>
        </div>
      </div>
    </section>
  );
}

/** Whom what it learns may come to. */
function Reaches({ app }: { readonly app: AppDetails | null }): JSX.Element {
  if (!app) return <p data-testid="door-reaches">{t('door.unknown')}</p>;
  const reached = [...new Set([...app.origins, ...app.capabilities.flatMap(({ hosts }) => hosts)])];
  return (
    <div data-testid="door-reaches">
      <p>{t('door.learns')}</p>
      <p className="capability-tags">
        {reached.length === 0 && t('webapp.reaches.nothing')}
        {reached.map((one) => (
          <code key={one}>{one}</code>
        ))}
      </p>
    </div>
  );
}
