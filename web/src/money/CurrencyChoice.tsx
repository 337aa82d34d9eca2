import { t } from '../i18n';

export function CurrencyChoice(props: {
  readonly currencies: readonly string[];
  readonly value: string;
  readonly onChange: (currency: string) => void;
}): JSX.Element {
  return (
    <label className="field">
      <span>{t('money.currency')}</span>
      <select data-testid="currency" value={props.value} onChange={(event) => props.onChange(event.target.value)}>
        {props.currencies.map((code) => (
          <option key={code}>{code}</option>
        ))}
      </select>
    </label>
  );
}
