import { useState, type FormEvent } from 'react';
import { useClient } from '../hooks/useClient';
import { t } from '../i18n';
import { describeMoney } from './errors';

const digits = (text: string): string => text.replace(/\D/g, '').slice(0, 12);

/** Digits that nobody should read over a shoulder; no browser keeps them. */
export function PinField(props: {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly label?: string;
  readonly testId?: string;
}): JSX.Element {
  return (
    <label className="field">
      <span>{props.label ?? t('money.pin')}</span>
      <input
        className="pin"
        type="password"
        inputMode="numeric"
        autoComplete="off"
        data-autofocus
        data-testid={props.testId ?? 'pin'}
        value={props.value}
        onChange={(event) => props.onChange(digits(event.target.value))}
      />
    </label>
  );
}

/** Sets the first PIN, or another one; with the password where there is none or it is forgotten. */
export function SetPin(props: {
  readonly hasPin: boolean;
  readonly onDone: () => void;
  readonly onCancel: () => void;
}): JSX.Element {
  const client = useClient();
  const [pin, setPin] = useState('');
  const [current, setCurrent] = useState('');
  const [password, setPassword] = useState('');
  const [forgotten, setForgotten] = useState(!props.hasPin);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      await client.money.api.setPin(pin, forgotten ? null : current, forgotten ? password : null);
      props.onDone();
    } catch (reason) {
      setError(describeMoney(reason));
    } finally {
      setBusy(false);
    }
  };
  return (
    <form onSubmit={(event) => void submit(event)} data-testid="set-pin">
      <h2>{t('money.pin.set')}</h2>
      <p className="quiet">{t('money.pin.about')}</p>
      {!forgotten && <PinField label={t('money.pin.current')} testId="pin-current" value={current} onChange={setCurrent} />}
      {forgotten && (
        <label className="field">
          <span>{t('signin.password')}</span>
          <input
            type="password"
            autoComplete="current-password"
            data-testid="pin-password"
            value={password}
            onChange={(event) => setPassword(event.target.value)}
          />
        </label>
      )}
      <PinField label={t('money.pin.new')} testId="pin-new" value={pin} onChange={setPin} />
      {props.hasPin && !forgotten && (
        <button type="button" className="link" onClick={() => setForgotten(true)}>
          {t('money.pin.forgotten')}
        </button>
      )}
      {error !== null && (
        <p className="form-error" role="alert">
          {error}
        </p>
      )}
      <div className="dialog-buttons">
        <button type="button" className="plain" onClick={props.onCancel}>
          {t('common.cancel')}
        </button>
        <button type="submit" className="primary" data-testid="pin-save" disabled={busy || pin.length < 4}>
          {t('money.save')}
        </button>
      </div>
    </form>
  );
}
