import { useEffect, useRef, useState, type FormEvent } from 'react';
import { describe } from '../../client/messages';
import { useClient } from '../../hooks/useClient';
import { t } from '../../i18n';
import { formatTime } from '../../i18n/format';
import type { ContactKind } from '../../model';
import { ApiError } from '../../transport/errors';

interface Props {
  readonly kind: ContactKind;
  readonly onDone: () => void;
}

const DIGITS = 6;

const INPUT = {
  email: { type: 'email', autoComplete: 'email', placeholder: 'name@example.org' },
  phone: { type: 'tel', autoComplete: 'tel', placeholder: '+49 30 123456' },
} as const;

/** An address, then the code that was sent there. */
export function ContactForm({ kind, onDone }: Props): JSX.Element {
  const client = useClient();
  const [value, setValue] = useState('');
  const [code, setCode] = useState('');
  const [sent, setSent] = useState<{ readonly value: string; readonly expires: number } | null>(null);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const field = useRef<HTMLInputElement>(null);
  // Either step begins with typing.
  useEffect(() => field.current?.focus(), [sent]);

  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    setError(null);
    try {
      if (sent) {
        await client.rest.confirmContact(kind, code);
        client.toast('info', t('contact.verified', { value: sent.value }));
        onDone();
      } else {
        setSent(await client.rest.addContact(kind, value.trim()));
      }
    } catch (reason) {
      setError(sent ? codeError(reason) : describe(reason));
    } finally {
      setBusy(false);
    }
  };
  const again = (): void => {
    setSent(null);
    setCode('');
    setError(null);
  };

  return (
    <form className="contact-form" onSubmit={(event) => void submit(event)}>
      {sent === null ? (
        <label className="field">
          <span>{t(`contact.${kind}`)}</span>
          <input
            ref={field}
            key="value"
            {...INPUT[kind]}
            data-testid="contact-value"
            required
            value={value}
            onChange={(event) => setValue(event.target.value)}
          />
        </label>
      ) : (
        <>
          <p className="quiet">{t('contact.sent', { value: sent.value, time: formatTime(sent.expires) })}</p>
          <label className="field">
            <span>{t('contact.code')}</span>
            <input
              ref={field}
              key="code"
              className="code-field"
              inputMode="numeric"
              autoComplete="one-time-code"
              data-testid="contact-code"
              value={code}
              // Copied from a message it may come with spaces.
              onChange={(event) => setCode(event.target.value.replace(/\D/g, '').slice(0, DIGITS))}
            />
          </label>
        </>
      )}
      <p className="form-error" role="alert">
        {error}
      </p>
      <div className="contact-buttons">
        {sent !== null && (
          <button type="button" className="plain small-button" onClick={again}>
            {t('contact.again')}
          </button>
        )}
        <button
          type="submit"
          className="primary small-button"
          data-testid={sent === null ? 'contact-send' : 'contact-confirm'}
          disabled={busy || (sent === null ? value.trim() === '' : code.length !== DIGITS)}
        >
          {t(sent === null ? 'contact.send' : 'contact.confirm')}
        </button>
      </div>
    </form>
  );
}

function codeError(reason: unknown): string {
  if (!(reason instanceof ApiError)) return describe(reason);
  if (reason.code === 'wrong_code') return t('contact.wrongCode');
  return reason.status === 404 ? t('contact.noCode') : describe(reason);
}
