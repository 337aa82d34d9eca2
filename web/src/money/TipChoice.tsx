import { useState } from 'react';
import { t } from '../i18n';
import { money, parseAmount } from './amount';

/** What the person adds for the service: a suggestion, an amount of their own, or nothing. */
export function TipChoice(props: {
  readonly tips: readonly number[];
  readonly currency: string;
  readonly value: number;
  readonly onChange: (tip: number) => void;
}): JSX.Element {
  const { tips, currency, value, onChange } = props;
  const [own, setOwn] = useState('');
  return (
    <fieldset className="tips">
      <legend>{t('money.tip')}</legend>
      <div className="segments">
        {[0, ...tips].map((tip) => (
          <label key={tip}>
            <input
              type="radio"
              name="tip"
              checked={own === '' && value === tip}
              onChange={() => {
                setOwn('');
                onChange(tip);
              }}
            />
            <span>{tip === 0 ? t('money.tip.none') : money(tip, currency)}</span>
          </label>
        ))}
      </div>
      <label className="field">
        <span>{t('money.tip.own')}</span>
        <input
          inputMode="decimal"
          value={own}
          data-testid="tip-own"
          onChange={(event) => {
            setOwn(event.target.value);
            onChange(parseAmount(event.target.value, currency) ?? 0);
          }}
        />
      </label>
    </fieldset>
  );
}
