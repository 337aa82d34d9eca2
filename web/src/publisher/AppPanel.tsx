import { useState } from 'react';
import { ConfirmDialog } from '../components/dialogs/ConfirmDialog';
import { useAction } from '../hooks/useAction';
import { useClient } from '../hooks/useClient';
import { t } from '../i18n';
import { PublisherApi, type PublishedApp } from './api';
import { rollbackOf } from './checks';
import { AppMoney } from '../money/AppMoney';
import { ReleaseItem } from './ReleaseItem';
import { Verdict } from './Verdict';

interface Props {
  readonly app: PublishedApp;
  readonly onChange: () => Promise<void>;
}

const TONE = { live: 'good', unreleased: '', taken_down: 'bad' } as const;
/** Older releases are there when asked for. */
const SHOWN = 3;

/** One app of the publisher: what runs, what waits, and what was decided. */
export function AppPanel({ app, onChange }: Props): JSX.Element {
  const [all, setAll] = useState(false);
  const shown = all ? app.releases : app.releases.slice(0, SHOWN);
  return (
    <section className="card" data-testid="publisher-app" data-app={app.name}>
      <div className="card-head">
        <div className="publisher-app-name">
          <h3>{app.title}</h3>
          <span className="quiet">@{app.name}</span>
          <span className={`tag ${TONE[app.state]}`}>{t(`publish.state.${app.state}`)}</span>
          {app.version !== null && <span className="quiet">{t('app.version', { version: app.version })}</span>}
        </div>
        <Rollback app={app} onChange={onChange} />
      </div>
      {app.candidate && <Stage version={app.candidate.version} percent={app.candidate.percent} />}
      {app.takedown?.lifted === null && <Verdict app={app.name} takedown={app.takedown} onChange={onChange} />}
      {app.takedown && app.takedown.lifted !== null && (
        <p className="notice app-text" data-testid="publisher-lifted">
          {t('takedown.lifted', { answer: app.takedown.answer ?? '' })}
        </p>
      )}
      {app.releases.length > 0 && (
        <>
          <h4>{t('release.title')}</h4>
          <ul className="releases">
            {shown.map((release) => (
              <ReleaseItem key={release.id} release={release} onChange={onChange} />
            ))}
          </ul>
        </>
      )}
      {shown.length < app.releases.length && (
        <button type="button" className="link releases-more" onClick={() => setAll(true)}>
          {t('release.more', { count: app.releases.length - shown.length })}
        </button>
      )}
      {app.state !== 'unreleased' && <AppMoney app={app.name} />}
    </section>
  );
}

/** In how many of the chats the next version runs. */
function Stage({ version, percent }: { readonly version: string; readonly percent: number }): JSX.Element {
  return (
    <div className="stage">
      <p>{t('publish.staged', { version, percent })}</p>
      <progress max={100} value={percent} aria-label={t('publish.staged', { version, percent })} />
    </div>
  );
}

function Rollback({ app, onChange }: Props): JSX.Element | null {
  const client = useClient();
  const [asking, setAsking] = useState(false);
  const action = useAction();
  const step = rollbackOf(app);
  if (!step) return null;
  const rollBack = async (): Promise<void> => {
    const { version } = await new PublisherApi(client.rest).rollBack(app.name);
    client.toast('info', t('rollback.done', { app: app.title, version }));
    await onChange();
  };
  const { from, to } = step;
  return (
    <>
      <button
        type="button"
        className="soft small-button danger-text"
        data-testid="app-rollback"
        disabled={action.busy}
        onClick={() => setAsking(true)}
      >
        {t('rollback.open')}
      </button>
      {action.error !== null && (
        <p className="form-error" role="alert">
          {action.error}
        </p>
      )}
      {asking && (
        <ConfirmDialog
          title={t('rollback.title', { app: app.title })}
          text={to === null ? t('rollback.textStaged', { from }) : t('rollback.text', { from, to })}
          confirm={t('rollback.open')}
          testId="rollback-confirm"
          onConfirm={() => void action.run(rollBack)}
          onClose={() => setAsking(false)}
        />
      )}
    </>
  );
}
