import { locale, t } from '../i18n';

const names = new Intl.DisplayNames(locale, { type: 'currency' });

/** One of a few currencies; where others may be chosen too, they come after those, all with their names. */
export function CurrencyChoice(props: {
  readonly currencies: readonly string[];
  readonly others?: readonly string[];
  readonly value: string;
  readonly onChange: (currency: string) => void;
}): JSX.Element {
  const { currencies, others } = props;
  const named = (codes: readonly string[]): JSX.Element[] =>
    codes.map((code) => (
      <option key={code} value={code}>
        {`${code} · ${names.of(code) ?? code}`}
      </option>
    ));
  return (
    <label className="field">
      <span>{t('money.currency')}</span>
      <select data-testid="currency" value={props.value} onChange={(event) => props.onChange(event.target.value)}>
        {others === undefined && currencies.map((code) => <option key={code}>{code}</option>)}
        {others !== undefined && currencies.length > 0 && (
          <optgroup label={t('money.currency.own')}>{named(currencies)}</optgroup>
        )}
        {others !== undefined && <optgroup label={t('money.currency.others')}>{named(others)}</optgroup>}
      </select>
    </label>
  );
}
