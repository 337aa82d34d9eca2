import { useState } from 'react';
import { ConfirmDialog } from '../components/dialogs/ConfirmDialog';
import { useAction } from '../hooks/useAction';
import { useClient } from '../hooks/useClient';
import { useNow } from '../hooks/useNow';
import { t } from '../i18n';
import { formatDay, formatWhole } from '../i18n/format';
import { PublisherApi, type Release, type ReleaseState } from './api';
import { linesOf, mayWithdraw } from './checks';
import { Lines } from './Lines';

interface Props {
  readonly release: Release;
  readonly onChange: () => Promise<void>;
}

const TONE: Readonly<Record<ReleaseState, string>> = {
  in_review: '',
  staged: 'good',
  live: 'good',
  superseded: '',
  rejected: 'bad',
  withdrawn: '',
  rolled_back: 'bad',
};

export function ReleaseItem({ release, onChange }: Props): JSX.Element {
  const now = useNow();
  const findings = linesOf(release.findings);
  return (
    <li data-testid="release" data-version={release.version} data-state={release.state}>
      <div className="card-head">
        <span className="versions-name">
          <strong>{release.version}</strong>
          <span className={`tag ${TONE[release.state]}`}>
            {release.state === 'staged'
              ? t('release.stagedAt', { percent: release.percent })
              : t(`release.state.${release.state}`)}
          </span>
        </span>
        <span className="quiet release-by">
          {t('release.sentBy', { name: release.by })}
          <time dateTime={new Date(release.date).toISOString()} title={formatWhole(release.date)}>
            {formatDay(release.date, now)}
          </time>
        </span>
      </div>
      {release.notes !== '' && <p className="app-text">{release.notes}</p>}
      {release.reason !== null && (
        <p className="release-reason">
          <span className="quiet">
            {release.decided_by === null ? t('release.reason') : t('release.reasonBy', { name: release.decided_by })}
          </span>{' '}
          {release.reason}
        </p>
      )}
      {findings.length > 0 && (
        <details className="release-findings" open={release.state === 'in_review' || release.state === 'rejected'}>
          <summary>{t('release.findingsCount', { count: findings.length })}</summary>
          <Lines text={release.findings} />
        </details>
      )}
      {mayWithdraw(release) && <Withdraw release={release} onChange={onChange} />}
    </li>
  );
}

function Withdraw({ release, onChange }: Props): JSX.Element {
  const client = useClient();
  const [asking, setAsking] = useState(false);
  const action = useAction();
  const withdraw = async (): Promise<void> => {
    await new PublisherApi(client.rest).withdraw(release.id);
    await onChange();
  };
  return (
    <div className="release-actions">
      <button
        type="button"
        className="soft small-button"
        data-testid="release-withdraw"
        disabled={action.busy}
        onClick={() => setAsking(true)}
      >
        {t('release.withdraw')}
      </button>
      <p className="form-error" role="alert">
        {action.error}
      </p>
      {asking && (
        <ConfirmDialog
          title={t('release.withdraw.title', { app: release.title, version: release.version })}
          text={t('release.withdraw.text')}
          confirm={t('release.withdraw')}
          testId="withdraw-confirm"
          onConfirm={() => void action.run(withdraw)}
          onClose={() => setAsking(false)}
        />
      )}
    </div>
  );
}
