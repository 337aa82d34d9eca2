import { t } from '../i18n';
import type { ConsoleCalls } from './calls';
import { WordsDialog } from './WordsDialog';

interface Props {
  readonly app: string;
  readonly title: string;
  readonly reason: string;
  /** Null where nobody appealed: the takedown can be lifted all the same. */
  readonly appeal: string | null;
  readonly calls: ConsoleCalls;
  readonly onDone: () => Promise<void>;
  readonly onClose: () => void;
}

/** Answers a publisher whose app was taken down: it comes back, or it stays away. */
export function AppealDialog({ app, title, reason, appeal, calls, onDone, onClose }: Props): JSX.Element {
  const answer = async (text: string, lift: boolean): Promise<void> => {
    await calls.answerTakedown(app, text, lift);
    await onDone();
  };
  return (
    <WordsDialog
      title={t('console.appeal.title', { app: title })}
      label={t('console.appeal.answer')}
      choices={[
        {
          label: t('console.appeal.keep'),
          className: 'soft',
          testId: 'appeal-keep',
          act: (text) => answer(text, false),
        },
        { label: t('console.appeal.lift'), className: 'primary', testId: 'appeal-lift', act: (text) => answer(text, true) },
      ]}
      onClose={onClose}
    >
      <dl className="facts">
        <dt>{t('console.takedown.reason')}</dt>
        <dd>{reason}</dd>
        {appeal !== null && (
          <>
            <dt>{t('console.appeal')}</dt>
            <dd>{appeal}</dd>
          </>
        )}
      </dl>
    </WordsDialog>
  );
}
