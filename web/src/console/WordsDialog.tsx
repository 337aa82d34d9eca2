import { useState, type FormEvent, type ReactNode } from 'react';
import { Dialog } from '../components/dialogs/Dialog';
import { useAction } from '../hooks/useAction';
import { t } from '../i18n';

/** As long as the server takes one. */
const MOST = 1000;

export interface Choice {
  readonly label: string;
  readonly className: 'primary' | 'danger' | 'soft';
  readonly testId: string;
  readonly act: (words: string) => Promise<unknown>;
}

interface Props {
  readonly title: string;
  readonly text?: string;
  readonly children?: ReactNode;
  /** What the words are. */
  readonly label: string;
  /** The last one is what Enter in the form does. */
  readonly choices: readonly Choice[];
  readonly onClose: () => void;
}

/** Asks for words that somebody else will read: why a release is rejected, what an appeal is answered. */
export function WordsDialog({ title, text, children, label, choices, onClose }: Props): JSX.Element {
  const [words, setWords] = useState('');
  const { busy, error, run } = useAction();
  const given = words.trim();
  const act = async (choice: Choice): Promise<void> => {
    if (given !== '' && (await run(() => choice.act(given)))) onClose();
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const last = choices[choices.length - 1];
    if (last) void act(last);
  };
  return (
    <Dialog label={title} onClose={onClose}>
      <form onSubmit={submit}>
        <h2>{title}</h2>
        {text !== undefined && <p className="dialog-text">{text}</p>}
        {children}
        <label className="field">
          <span>{label}</span>
          <textarea
            data-autofocus
            data-testid="words"
            rows={4}
            maxLength={MOST}
            value={words}
            onChange={(event) => setWords(event.target.value)}
          />
        </label>
        <p className="form-error" role="alert">
          {error}
        </p>
        <div className="dialog-buttons">
          <button type="button" className="plain" onClick={onClose}>
            {t('common.cancel')}
          </button>
          {choices.map((choice, index) => (
            <button
              key={choice.testId}
              type={index === choices.length - 1 ? 'submit' : 'button'}
              className={choice.className}
              data-testid={choice.testId}
              disabled={busy || given === ''}
              onClick={index === choices.length - 1 ? undefined : () => void act(choice)}
            >
              {choice.label}
            </button>
          ))}
        </div>
      </form>
    </Dialog>
  );
}
