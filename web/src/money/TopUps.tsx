import { useCallback, useEffect, useState, type FormEvent } from 'react';
import { useAction } from '../hooks/useAction';
import { useClient } from '../hooks/useClient';
import { useLoad } from '../hooks/useLoad';
import { t } from '../i18n';
import { formatMoment } from '../i18n/format';
import { decimal, money, parseAmount } from './amount';
import { currencies as allCurrencies } from './currencies';
import { CurrencyChoice } from './CurrencyChoice';
import type { TopUp } from './model';
import { PinField } from './Pin';
import { providerText } from './texts';
import { useOnce } from './useMoney';

/** Money that comes in through a provider, and goes back out. Nothing where the operator has set none up. */
export function TopUps(props: {
  readonly providers: readonly string[];
  readonly currencies: readonly string[];
  readonly changes: number;
}): JSX.Element | null {
  const { providers, currencies, changes } = props;
  const { money: store } = useClient();
  const all = useLoad(useCallback(() => store.api.topUps(), [store]));
  const { reload } = all;
  useEffect(() => {
    if (changes > 0) void reload();
  }, [changes, reload]);
  const shown = all.value ?? [];
  if (providers.length === 0 && shown.length === 0) return null;
  return (
    <section className="page-section" aria-label={t('money.topUps')}>
      <h3>{t('money.topUps')}</h3>
      <ul className="entries">
        {shown.map((topUp) => (
          <Line key={topUp.id} topUp={topUp} onChanged={reload} />
        ))}
      </ul>
      {providers.map((provider) => (
        <NewTopUp key={provider} provider={provider} currencies={currencies} onMade={reload} />
      ))}
    </section>
  );
}

function Line({ topUp, onChanged }: { readonly topUp: TopUp; readonly onChanged: () => Promise<void> }): JSX.Element {
  const client = useClient();
  // What was asked for here counts as taken out before the provider has said so.
  const [asked, setAsked] = useState(0);
  const out = Math.max(topUp.refunded, asked);
  const left = topUp.amount - out;
  const [open, setOpen] = useState(false);
  /** Null: all that is left. */
  const [own, setOwn] = useState<string | null>(null);
  const typed = own ?? decimal(left, topUp.currency);
  const [pin, setPin] = useState('');
  const once = useOnce();
  const { busy, error, run } = useAction();
  const amount = parseAmount(typed, topUp.currency);
  // What the operator gave came from nowhere that it could go back to.
  const canGoBack = topUp.provider !== 'internal' && (topUp.state === 'succeeded' || topUp.state === 'partly_refunded');
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (amount === null) return;
    void run(async () => {
      await client.money.api.refundTopUp(topUp.id, amount, pin, once);
      setAsked(out + amount);
      setOpen(false);
      setOwn(null);
      setPin('');
      await onChanged();
    });
  };
  return (
    <li data-testid="top-up" data-state={topUp.state}>
      <div className="entry">
        <span className="entry-what">
          <strong>{t(`money.topUp.${topUp.state}`, { amount: money(topUp.refunded, topUp.currency) })}</strong>
          <span className="quiet">{[providerText(topUp.provider), topUp.failure?.message, formatMoment(topUp.created_at)].filter(Boolean).join(' · ')}</span>
        </span>
        <span className="entry-amount">
          {money(topUp.amount, topUp.currency)}
          {canGoBack && (
            <button type="button" className="link" data-testid="top-up-back" aria-expanded={open} onClick={() => setOpen(!open)}>
              {t('money.topUp.back')}
            </button>
          )}
          {(topUp.state === 'pending' || topUp.state === 'unknown') && (
            <button type="button" className="link" onClick={() => void onChanged()}>
              {t('money.topUp.look')}
            </button>
          )}
        </span>
      </div>
      {open && (
        <form className="money-form" onSubmit={submit}>
          <label className="field">
            <span>{t('money.amount', { currency: topUp.currency })}</span>
            <input inputMode="decimal" data-testid="top-up-back-amount" value={typed} onChange={(event) => setOwn(event.target.value)} />
          </label>
          <PinField value={pin} onChange={setPin} testId="top-up-pin" />
          <p className="form-error" role="alert">
            {error}
          </p>
          <button type="submit" className="primary" data-testid="top-up-back-go" disabled={busy || amount === null || pin.length < 4}>
            {t('money.topUp.back')}
          </button>
        </form>
      )}
    </li>
  );
}

function NewTopUp(props: {
  readonly provider: string;
  readonly currencies: readonly string[];
  readonly onMade: () => Promise<void>;
}): JSX.Element {
  const client = useClient();
  const { currencies } = props;
  const [currency, setCurrency] = useState(currencies[0] ?? 'EUR');
  const [typed, setTyped] = useState('');
  const [method, setMethod] = useState('');
  const once = useOnce();
  const { busy, error, run } = useAction();
  const amount = parseAmount(typed, currency);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (amount === null) return;
    void run(async () => {
      await client.money.api.topUp(props.provider, amount, currency, method.trim(), once);
      setTyped('');
      await props.onMade();
    });
  };
  return (
    <details data-testid={`top-up-${props.provider}`}>
      <summary>{t('money.topUp.new', { provider: providerText(props.provider) })}</summary>
      <form className="money-form" onSubmit={submit}>
        <label className="field">
          <span>{t('money.amount', { currency })}</span>
          <input inputMode="decimal" data-testid="top-up-amount" value={typed} onChange={(event) => setTyped(event.target.value)} />
        </label>
        <CurrencyChoice
          currencies={currencies}
          others={allCurrencies.filter((code) => !currencies.includes(code))}
          value={currency}
          onChange={setCurrency}
        />
        <label className="field">
          <span>{t('money.topUp.method')}</span>
          <input autoComplete="off" data-testid="top-up-method" value={method} onChange={(event) => setMethod(event.target.value)} />
          <small>{t('money.topUp.method.about')}</small>
        </label>
        <p className="form-error" role="alert">
          {error}
        </p>
        <button type="submit" className="primary" data-testid="top-up-go" disabled={busy || amount === null || method.trim() === ''}>
          {t('money.topUp.go')}
        </button>
      </form>
    </details>
  );
}
