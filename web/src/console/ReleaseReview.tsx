import { useCallback } from 'react';
import { Verified } from '../components/common/Verified';
import { Waiting } from '../components/common/Waiting';
import { useLoad } from '../hooks/useLoad';
import { t } from '../i18n';
import { useCalls } from './calls';
import { Decision } from './Decision';
import { FileDiff } from './FileDiff';
import { Part, ReleaseTag, Strange, When } from './parts';
import { Statements } from './Statements';

/** All that an operator needs to decide whether people get a version. */
export function ReleaseReview({ id }: { readonly id: number }): JSX.Element {
  const calls = useCalls();
  const { value: review, error, reload } = useLoad(useCallback(() => calls.review(id), [calls, id]));
  if (!review) return <Waiting error={error} onRetry={() => void reload()} />;
  const { release, publisher } = review;
  const findings = release.findings.split('\n').filter((line) => line.trim() !== '');
  return (
    <div className="parts" data-testid="release">
      <section className="card review-head">
        <div className="row-title">
          <h3>
            <Strange text={release.title} /> <span className="review-version">{release.version}</span>
          </h3>
          <ReleaseTag state={release.state} percent={release.percent} />
        </div>
        <p className="quiet">
          @{release.app} ·{' '}
          <span className="with-badge">
            {`${publisher.title} (${publisher.name})`}
            {publisher.verified && <Verified />}
          </span>{' '}
          · {t('console.by', { name: release.by })} · <When date={release.date} />
        </p>
        <p className="quiet">
          {review.before === null ? t('console.review.first') : t('console.review.before', { version: review.before })}
        </p>
        {release.decided !== null && (
          <p className="quiet">
            {t('console.review.decided', { name: release.decided_by ?? '' })} · <When date={release.decided} />
            {release.reason !== null && ` · ${release.reason}`}
          </p>
        )}
        <Decision review={review} calls={calls} onDone={reload} />
      </section>
      {release.notes !== '' && (
        <Part title={t('console.review.notes')}>
          <div className="card">
            <p className="words">
              <Strange text={release.notes} />
            </p>
          </div>
        </Part>
      )}
      <Part
        title={t('console.findings')}
        count={findings.length}
        empty={t('console.findings.none')}
        testId="release-findings"
      >
        <ul className="card findings">
          {findings.map((finding, index) => (
            <li key={index}>
              <Strange text={finding} />
            </li>
          ))}
        </ul>
      </Part>
      <Part
        title={t('console.statements')}
        count={review.statements.length}
        empty={t('console.statements.none')}
        testId="release-statements"
      >
        <Statements statements={review.statements} first={review.before === null} />
      </Part>
      <Part title={t('console.files')} count={review.files.length} empty={t('console.files.none')} testId="release-files">
        <ul className="files">
          {review.files.map((file) => (
            <FileDiff key={file.path} release={release.id} file={file} calls={calls} />
          ))}
        </ul>
      </Part>
    </div>
  );
}
