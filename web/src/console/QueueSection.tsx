import { useCallback, useState } from 'react';
import { Waiting } from '../components/common/Waiting';
import { useLoad } from '../hooks/useLoad';
import { t } from '../i18n';
import { AppealDialog } from './AppealDialog';
import { useCalls } from './calls';
import { KeyCode } from './KeyCode';
import type { Release, Report, WaitingAppeal } from './model';
import { ConsoleLink, Part, ReleaseTag, Strange, When } from './parts';
import { useDoing } from './useDoing';
import { WordsDialog } from './WordsDialog';

/** All that waits for an operator, the oldest first. */
export function QueueSection(): JSX.Element {
  const calls = useCalls();
  const { value: queue, error, reload } = useLoad(useCallback(() => calls.queue(), [calls]));
  const { busy, run } = useDoing(reload);
  const [appeal, setAppeal] = useState<WaitingAppeal | null>(null);
  const [report, setReport] = useState<Report | null>(null);
  if (!queue) return <Waiting error={error} onRetry={() => void reload()} />;
  const { releases, appeals, reports, keys } = queue;
  if (releases.length + appeals.length + reports.length + keys.length === 0) {
    return (
      <div className="page-wait" data-testid="console-queue">
        <p>{t('console.queue.empty')}</p>
      </div>
    );
  }
  return (
    <div className="parts" data-testid="console-queue">
      <Part title={t('console.queue.releases')} count={releases.length} empty={t('console.queue.noReleases')}>
        <ul className="rows">
          {releases.map((release) => (
            <li key={release.id}>
              <ReleaseRow release={release} />
            </li>
          ))}
        </ul>
      </Part>
      {appeals.length > 0 && (
        <Part title={t('console.queue.appeals')} count={appeals.length} testId="console-appeals">
          <ul className="rows">
            {appeals.map((each) => (
              <li key={each.app} className="row">
                <div className="row-main">
                  <strong>{each.title}</strong>
                  <p className="row-words">
                    <Strange text={each.appeal} />
                  </p>
                  <p className="quiet">
                    {t('console.by', { name: each.appealed_by })} · <When date={each.date} />
                  </p>
                  <p className="quiet">{t('console.takedown.because', { reason: each.reason })}</p>
                </div>
                <button type="button" className="soft" data-testid="appeal-answer" onClick={() => setAppeal(each)}>
                  {t('console.answer')}
                </button>
              </li>
            ))}
          </ul>
        </Part>
      )}
      {reports.length > 0 && (
        <Part title={t('console.queue.reports')} count={reports.length} testId="console-reports">
          <ul className="rows">
            {reports.map((each) => (
              <li key={each.id} className="row">
                <div className="row-main">
                  <strong>
                    <ConsoleLink path={['apps', each.app]}>{each.title}</ConsoleLink>
                  </strong>
                  <p className="row-words">
                    <Strange text={each.reason} />
                  </p>
                  <p className="quiet">
                    {t('console.by', { name: each.by })} · <When date={each.date} />
                  </p>
                </div>
                <button type="button" className="soft" data-testid="report-answer" onClick={() => setReport(each)}>
                  {t('console.report.close')}
                </button>
              </li>
            ))}
          </ul>
        </Part>
      )}
      {keys.length > 0 && (
        <Part title={t('console.queue.keys')} count={keys.length} testId="console-keys">
          <ul className="rows">
            {keys.map((each) => (
              <li key={`${each.publisher} ${each.key}`} className="row">
                <div className="row-main">
                  <strong>{each.publisher}</strong>
                  <KeyCode value={each.key} />
                  <p className="quiet">
                    {t('console.by', { name: each.by })} · <When date={each.date} />
                  </p>
                </div>
                <div className="row-buttons">
                  <button
                    type="button"
                    className="plain danger-text"
                    data-testid="key-revoke"
                    disabled={busy}
                    onClick={() => run(() => calls.setKey(each.publisher, each.key, 'revoked'))}
                  >
                    {t('console.key.refuse')}
                  </button>
                  <button
                    type="button"
                    className="soft"
                    data-testid="key-admit"
                    disabled={busy}
                    onClick={() => run(() => calls.setKey(each.publisher, each.key, 'active'))}
                  >
                    {t('console.key.admit')}
                  </button>
                </div>
              </li>
            ))}
          </ul>
        </Part>
      )}
      {appeal && <AppealDialog {...appeal} calls={calls} onDone={reload} onClose={() => setAppeal(null)} />}
      {report && (
        <WordsDialog
          title={t('console.report.title', { app: report.title })}
          text={t('console.report.text', { name: report.by })}
          label={t('console.report.answer')}
          choices={[
            {
              label: t('console.report.close'),
              className: 'primary',
              testId: 'report-close',
              act: async (answer) => {
                await calls.answerReport(report.id, answer);
                await reload();
              },
            },
          ]}
          onClose={() => setReport(null)}
        />
      )}
    </div>
  );
}

function ReleaseRow({ release }: { readonly release: Release }): JSX.Element {
  const findings = release.findings.split('\n').filter(Boolean).length;
  return (
    <ConsoleLink path={['releases', String(release.id)]} className="row row-link" testId="queue-release">
      <span className="row-main">
        <span className="row-title">
          <strong>{release.title}</strong>
          <span>{release.version}</span>
          <ReleaseTag state={release.state} percent={release.percent} />
          {findings > 0 && <span className="tag bad">{t('console.findings.count', { count: findings })}</span>}
        </span>
        <span className="quiet">
          @{release.app} · {t('console.by', { name: `${release.by}, ${release.publisher}` })} · <When date={release.date} />
        </span>
      </span>
    </ConsoleLink>
  );
}
