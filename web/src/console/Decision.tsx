import { useState, type FormEvent } from 'react';
import { ConfirmDialog } from '../components/dialogs/ConfirmDialog';
import { useClient } from '../hooks/useClient';
import { t } from '../i18n';
import type { ConsoleCalls } from './calls';
import type { Review } from './model';
import { nextStep, percentFrom, STEPS } from './review';
import { useDoing } from './useDoing';
import { WordsDialog } from './WordsDialog';

interface Props {
  readonly review: Review;
  readonly calls: ConsoleCalls;
  readonly onDone: () => Promise<void>;
}

/** What can be done with a release in the state it is in. */
export function Decision({ review, calls, onDone }: Props): JSX.Element | null {
  const client = useClient();
  const { release } = review;
  const waits = release.state === 'in_review' || release.state === 'staged';
  const runs = release.state === 'staged' || release.state === 'live';
  const { busy, run } = useDoing(onDone);
  const [asking, setAsking] = useState<'reject' | 'rollback' | null>(null);
  if (!waits && !runs) return null;
  const tryOut = async (): Promise<void> => {
    const chat = await calls.tryOut(release.id);
    client.takeChat(await client.rest.chat(chat));
    client.chats.open(chat);
  };
  const rollBack = async (): Promise<void> => {
    const { app, version } = await calls.rollBack(release.app);
    client.toast('info', t('console.rollback.done', { app, version }));
  };
  return (
    <div className="decision">
      {waits && (
        <Admit
          key={`${release.state} ${release.percent}`}
          above={release.state === 'staged' ? release.percent : 0}
          busy={busy}
          onAdmit={(percent) =>
            run(async () => {
              await calls.admit(release.id, percent);
              client.toast('info', t('console.admit.done', { app: release.title, version: release.version, percent }));
            })
          }
        />
      )}
      <div className="decision-buttons">
        {waits && (
          <button type="button" className="soft" data-testid="release-try" disabled={busy} onClick={() => run(tryOut)}>
            {t('console.try')}
          </button>
        )}
        {release.state === 'in_review' && (
          <button
            type="button"
            className="soft danger-text"
            data-testid="release-reject"
            disabled={busy}
            onClick={() => setAsking('reject')}
          >
            {t('console.reject')}
          </button>
        )}
        {runs && (
          <button
            type="button"
            className="soft danger-text"
            data-testid="release-rollback"
            disabled={busy}
            onClick={() => setAsking('rollback')}
          >
            {t('console.rollback')}
          </button>
        )}
      </div>
      {asking === 'reject' && (
        <WordsDialog
          title={t('console.reject.title', { app: release.title, version: release.version })}
          text={t('console.reject.text', { publisher: review.publisher.title })}
          label={t('console.reason')}
          choices={[
            {
              label: t('console.reject'),
              className: 'danger',
              testId: 'reject-confirm',
              act: async (reason) => {
                await calls.reject(release.id, reason);
                await onDone();
              },
            },
          ]}
          onClose={() => setAsking(null)}
        />
      )}
      {asking === 'rollback' && (
        <ConfirmDialog
          title={t('console.rollback.title', { app: release.title })}
          text={t('console.rollback.text')}
          confirm={t('console.rollback')}
          testId="rollback-confirm"
          onConfirm={() => run(rollBack)}
          onClose={() => setAsking(null)}
        />
      )}
    </div>
  );
}

interface AdmitProps {
  /** How many have it already, in percent. */
  readonly above: number;
  readonly busy: boolean;
  readonly onAdmit: (percent: number) => void;
}

function Admit({ above, busy, onAdmit }: AdmitProps): JSX.Element {
  const [typed, setTyped] = useState(String(nextStep(above)));
  const percent = percentFrom(typed, above);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (percent !== null) onAdmit(percent);
  };
  return (
    <form className="admit" onSubmit={submit}>
      <div className="admit-steps" role="group" aria-label={t('console.admit.percent')}>
        {STEPS.map((step) => (
          <button
            key={step}
            type="button"
            className={percent === step ? 'step chosen' : 'step'}
            aria-pressed={percent === step}
            disabled={step <= above}
            onClick={() => setTyped(String(step))}
          >
            {`${step} %`}
          </button>
        ))}
        <label className="step-own">
          <span className="sr-only">{t('console.admit.own')}</span>
          <input
            type="number"
            inputMode="numeric"
            min={above + 1}
            max={100}
            step={1}
            data-testid="release-percent"
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
          />
          <span aria-hidden="true">%</span>
        </label>
      </div>
      <button type="submit" className="primary" data-testid="release-admit" disabled={busy || percent === null}>
        {t(above > 0 ? 'console.admit.more' : 'console.admit')}
      </button>
    </form>
  );
}
