import { useState } from 'react';
import { Avatar } from '../components/common/Avatar';
import { ConfirmDialog } from '../components/dialogs/ConfirmDialog';
import { useClient } from '../hooks/useClient';
import { t } from '../i18n';
import { formatSize } from '../i18n/format';
import { AppealDialog } from './AppealDialog';
import type { ConsoleCalls } from './calls';
import { DeadLetters } from './DeadLetters';
import type { ConsoleApp, Quotas } from './model';
import { Strange, When } from './parts';
import { QuotaForm } from './QuotaForm';
import { useDoing } from './useDoing';
import { WordsDialog } from './WordsDialog';

interface Props {
  readonly app: ConsoleApp;
  readonly defaults: Quotas;
  readonly calls: ConsoleCalls;
  readonly reload: () => Promise<void>;
}

/** One app: what runs of it, what it uses, and what an operator can do about it. */
export function AppEntry({ app, defaults, calls, reload }: Props): JSX.Element {
  const client = useClient();
  const { busy, run } = useDoing(reload);
  const [open, setOpen] = useState<'dead' | 'quotas' | null>(null);
  const [asking, setAsking] = useState<'takedown' | 'answer' | 'rollback' | null>(null);
  const down = app.state === 'taken_down';
  const toggle = (what: 'dead' | 'quotas'): void => setOpen(open === what ? null : what);
  const rollBack = async (): Promise<void> => {
    const done = await calls.rollBack(app.name);
    client.toast('info', t('console.rollback.done', { app: app.title, version: done.version }));
  };
  return (
    <li className="card app-entry" data-testid="console-app" data-app={app.name}>
      <div className="entry-head">
        <Avatar id={app.bot} name={app.title} kind="bot" size="small" />
        <div className="row-main">
          <span className="row-title">
            <strong>
              <Strange text={app.title} />
            </strong>
            {app.version !== null && <span>{app.version}</span>}
            <StateTag state={app.state} />
            {app.candidate && (
              <span className="tag warn">
                {t('console.apps.candidate', { version: app.candidate.version, percent: app.candidate.percent })}
              </span>
            )}
          </span>
          <span className="quiet">
            @{app.name} · {app.publisher} · {t('console.apps.keeps', { size: formatSize(app.store_bytes) })}
          </span>
        </div>
      </div>
      {app.takedown?.lifted === null && (
        <div className={down ? 'notice bad' : 'notice'}>
          <p>
            {t('console.takedown.because', { reason: app.takedown.reason })}{' '}
            <span className="quiet">
              · <When date={app.takedown.date} />
            </span>
          </p>
          {app.takedown.appeal !== null && (
            <p>
              {t('console.appeal')}: <Strange text={app.takedown.appeal} />
            </p>
          )}
          {app.takedown.answer !== null && (
            <p>
              {t('console.appeal.answered')}: {app.takedown.answer}
            </p>
          )}
        </div>
      )}
      <div className="entry-buttons">
        {(app.dead_letters > 0 || open === 'dead') && (
          <button
            type="button"
            className="soft small-button danger-text"
            data-testid="app-dead"
            aria-expanded={open === 'dead'}
            onClick={() => toggle('dead')}
          >
            {t('console.dead', { count: app.dead_letters })}
          </button>
        )}
        <button
          type="button"
          className="soft small-button"
          data-testid="app-quotas"
          aria-expanded={open === 'quotas'}
          onClick={() => toggle('quotas')}
        >
          {t('console.quotas')}
        </button>
        {app.state === 'live' && (
          <button
            type="button"
            className="soft small-button"
            data-testid="app-rollback"
            disabled={busy}
            onClick={() => setAsking('rollback')}
          >
            {t('console.rollback')}
          </button>
        )}
        <span className="fill" />
        {down ? (
          <button type="button" className="soft small-button" data-testid="app-answer" onClick={() => setAsking('answer')}>
            {t(app.takedown?.appeal != null && app.takedown.answer === null ? 'console.appeal.answerIt' : 'console.appeal.lift')}
          </button>
        ) : (
          <button
            type="button"
            className="soft small-button danger-text"
            data-testid="app-takedown"
            onClick={() => setAsking('takedown')}
          >
            {t('console.takedown')}
          </button>
        )}
      </div>
      {open === 'dead' && <DeadLetters app={app.name} calls={calls} onChange={reload} />}
      {open === 'quotas' && (
        <QuotaForm
          quotas={app.quotas}
          defaults={defaults}
          onSave={async (quotas) => {
            await calls.setQuotas(app.name, quotas);
            client.toast('info', t('console.quotas.saved'));
            await reload();
          }}
        />
      )}
      {asking === 'takedown' && (
        <WordsDialog
          title={t('console.takedown.title', { app: app.title })}
          text={t('console.takedown.text')}
          label={t('console.reason')}
          choices={[
            {
              label: t('console.takedown'),
              className: 'danger',
              testId: 'takedown-confirm',
              act: async (reason) => {
                await calls.takeDown(app.name, reason);
                await reload();
              },
            },
          ]}
          onClose={() => setAsking(null)}
        />
      )}
      {asking === 'answer' && (
        <AppealDialog
          app={app.name}
          title={app.title}
          reason={app.takedown?.reason ?? ''}
          appeal={app.takedown?.appeal ?? null}
          calls={calls}
          onDone={reload}
          onClose={() => setAsking(null)}
        />
      )}
      {asking === 'rollback' && (
        <ConfirmDialog
          title={t('console.rollback.title', { app: app.title })}
          text={t('console.rollback.text')}
          confirm={t('console.rollback')}
          testId="rollback-confirm"
          onConfirm={() => run(rollBack)}
          onClose={() => setAsking(null)}
        />
      )}
    </li>
  );
}

const STATES = { live: 'good', unreleased: '', taken_down: 'bad' } as const;

function StateTag({ state }: { readonly state: string }): JSX.Element {
  if (state !== 'live' && state !== 'unreleased' && state !== 'taken_down') return <span className="tag">{state}</span>;
  return <span className={`tag ${STATES[state]}`}>{t(`publish.state.${state}`)}</span>;
}
