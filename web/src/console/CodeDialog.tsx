import { useState } from 'react';
import { Dialog } from '../components/dialogs/Dialog';
import { t } from '../i18n';
import { formatMoment } from '../i18n/format';
import type { ConsoleUser } from './model';

interface Props {
  readonly user: ConsoleUser;
  readonly code: string;
  readonly expires: number;
  readonly onClose: () => void;
}

/** The code with which a person sets a new password: shown once, then nobody can see it again. */
export function CodeDialog({ user, code, expires, onClose }: Props): JSX.Element {
  const [copied, setCopied] = useState(false);
  const copy = (): void => {
    // Not to be had without TLS; the code can be read all the same.
    navigator.clipboard?.writeText(code).then(
      () => setCopied(true),
      () => undefined,
    );
  };
  return (
    // A press beside the dialog must not lose the code: only the button closes it.
    <Dialog label={t('console.code.title')} onClose={() => undefined} className="narrow">
      {/* Browsers close a dialog at the second Esc, whatever the page says. */}
      <div className="code-body" onKeyDown={(event) => event.key === 'Escape' && event.preventDefault()}>
        <h2>{t('console.code.title')}</h2>
        <p className="dialog-text">{t('console.code.text', { name: user.display, user: user.name })}</p>
        <output className="big-code" data-testid="reset-code">
          {code}
        </output>
        <p className="quiet">{t('console.code.until', { time: formatMoment(expires) })}</p>
        <div className="dialog-buttons">
          <button type="button" className="plain" onClick={copy}>
            {t(copied ? 'message.copied' : 'message.copy')}
          </button>
          <button type="button" className="primary" data-testid="reset-done" onClick={onClose}>
            {t('console.code.done')}
          </button>
        </div>
      </div>
    </Dialog>
  );
}
