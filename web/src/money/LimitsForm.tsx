import { useState, type FormEvent } from 'react';
import { useClient } from '../hooks/useClient';
import { t } from '../i18n';
import { decimal, parseAmount } from './amount';
import { describeMoney } from './errors';
import type { SpendingLimits } from './model';
import { PinField } from './Pin';

type Name = 'confirm_above' | 'per_day' | 'per_app_per_day';
const names: readonly Name[] = ['confirm_above', 'per_day', 'per_app_per_day'];

/** From which amount on the PIN is asked for, and how much may be spent in a day. */
export function LimitsForm(props: {
  readonly currency: string;
  readonly limits: SpendingLimits | null;
  readonly hasPin: boolean;
  readonly onSaved: () => Promise<void>;
}): JSX.Element {
  const { currency, limits, hasPin } = props;
  const client = useClient();
  const shown = (amount: number | null | undefined): string => (amount == null ? '' : decimal(amount, currency));
  const [texts, setTexts] = useState<Readonly<Record<Name, string>>>({
    confirm_above: shown(limits?.confirm_above),
    per_day: shown(limits?.per_day),
    per_app_per_day: shown(limits?.per_app_per_day),
  });
  const [pin, setPin] = useState('');
  const [error, setError] = useState<string | null>(null);
  const [saved, setSaved] = useState(false);
  const read = (name: Name): number | null | undefined => {
    const text = texts[name].trim();
    if (text === '') return null;
    return /^0+([.,]0*)?$/.test(text) ? 0 : parseAmount(text, currency) ?? undefined;
  };
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const [confirm, day, app] = names.map(read);
    if (confirm === undefined || day === undefined || app === undefined) return setError(t('money.error.amount'));
    setError(null);
    try {
      await client.money.api.setLimits(currency, {
        confirm_above: confirm,
        per_day: day,
        per_app_per_day: app,
        apps: Object.fromEntries((limits?.apps ?? []).map((item) => [item.app, item.per_day])),
        pin: hasPin ? pin : null,
      });
      setSaved(true);
      setPin('');
      await props.onSaved();
    } catch (reason) {
      setError(describeMoney(reason));
    }
  };
  return (
    <form className="limits" onSubmit={(event) => void submit(event)} data-testid="limits">
      <h4>{t('money.limits', { currency })}</h4>
      {names.map((name) => (
        <label key={name} className="field">
          <span>{t(`money.limits.${name}`)}</span>
          <input
            inputMode="decimal"
            data-testid={`limit-${name}`}
            value={texts[name]}
            placeholder={t(name === 'confirm_above' ? 'money.limits.always' : 'money.limits.none')}
            onChange={(event) => {
              setSaved(false);
              setTexts({ ...texts, [name]: event.target.value });
            }}
          />
        </label>
      ))}
      {hasPin && <PinField value={pin} onChange={setPin} testId="limits-pin" />}
      <p className={error === null ? 'quiet' : 'form-error'} role="status">
        {error ?? (saved ? t('money.saved') : '')}
      </p>
      <button type="submit" className="primary" data-testid="limits-save" disabled={hasPin && pin.length < 4}>
        {t('money.save')}
      </button>
    </form>
  );
}
