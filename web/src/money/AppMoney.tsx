import { useCallback, useState, type FormEvent } from 'react';
import { useAction } from '../hooks/useAction';
import { useClient } from '../hooks/useClient';
import { useLoad } from '../hooks/useLoad';
import { t } from '../i18n';
import { formatMoment } from '../i18n/format';
import { money, parseAmount } from './amount';
import type { BusinessBalance } from './api';
import { DisputeContent } from './Disputes';
import { Entries } from './Entries';
import { titleOf, type Dispute, type Payment, type Product } from './model';
import { PinField } from './Pin';
import { stateOf } from './texts';
import { useOnce } from './useMoney';

interface Books {
  readonly balance: BusinessBalance;
  readonly sales: readonly Payment[];
  readonly products: readonly Product[];
  readonly disputes: readonly Dispute[];
}

/** What an app has earned, for those who look after it; loaded when it is opened. */
export function AppMoney({ app }: { readonly app: string }): JSX.Element {
  const [open, setOpen] = useState(false);
  return (
    <details className="app-money" data-testid="app-money" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{t('money.business')}</summary>
      {open && <Content app={app} />}
    </details>
  );
}

function Content({ app }: { readonly app: string }): JSX.Element | null {
  const client = useClient();
  const { api } = client.money;
  const books = useLoad(
    useCallback(async (): Promise<Books> => {
      const [balance, sales, products, disputes] = await Promise.all([
        api.balance(app),
        api.sales(app),
        api.products(app),
        api.disputes('business'),
      ]);
      return { balance, sales, products, disputes: disputes.filter((dispute) => dispute.payment.payee.app?.name === app) };
    }, [api, app]),
  );
  if (!books.value) return null;
  const { balance, sales, products, disputes } = books.value;
  const currency = balance.balances[0]?.currency ?? null;
  return (
    <>
      <p className="balances" data-testid="app-balance">
        {balance.balances.map((line) => (
          <strong key={line.currency}>{money(line.available, line.currency)}</strong>
        ))}
        {balance.reserved.filter((line) => line.amount > 0).map((line) => (
          <span key={`r${line.currency}`} className="quiet">
            {t('money.reserved', { amount: money(line.amount, line.currency) })}
          </span>
        ))}
        {balance.owed.filter((line) => line.amount > 0).map((line) => (
          <span key={`o${line.currency}`} className="quiet">
            {t('money.owed', { amount: money(line.amount, line.currency) })}
          </span>
        ))}
        {currency === null && <span className="quiet">{t('money.business.none')}</span>}
      </p>
      {disputes.map((dispute) => (
        <DisputeContent key={dispute.id} dispute={dispute} onChanged={() => void books.reload()} />
      ))}
      {sales.length > 0 && (
        <>
          <h4>{t('money.sales')}</h4>
          <ul className="entries">
            {sales.map((payment) => (
              <li key={payment.id}>
                <button
                  type="button"
                  className="entry"
                  data-testid="sale"
                  onClick={() => client.navigation.open({ kind: 'payment', id: payment.id })}
                >
                  <span className="entry-what">
                    <strong>{payment.title}</strong>
                    <span className="quiet">
                      {[payment.payer ? titleOf(payment.payer) : null, stateOf(payment), formatMoment(payment.created_at)]
                        .filter(Boolean)
                        .join(' · ')}
                    </span>
                  </span>
                  <span className="entry-amount">{money(payment.amount + payment.tip, payment.currency)}</span>
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
      {products.length > 0 && (
        <>
          <h4>{t('money.products')}</h4>
          <ul className="entries">
            {products.map((product) => (
              <li key={product.sku} className="entry">
                <span className="entry-what">
                  <strong>{product.title}</strong>
                  <span className="quiet">
                    {product.stock === null
                      ? product.sku
                      : t('money.products.stock', { sku: product.sku, stock: product.stock, reserved: product.reserved })}
                  </span>
                </span>
                <span className="entry-amount">{money(product.price, product.currency)}</span>
              </li>
            ))}
          </ul>
        </>
      )}
      {currency !== null && <Entries currency={currency} changes={0} app={app} />}
      {currency !== null && <PayOut app={app} currency={currency} onDone={books.reload} />}
    </>
  );
}

function PayOut(props: { readonly app: string; readonly currency: string; readonly onDone: () => Promise<void> }): JSX.Element {
  const { app, currency, onDone } = props;
  const client = useClient();
  const [typed, setTyped] = useState('');
  const [pin, setPin] = useState('');
  const once = useOnce();
  const { busy, error, run } = useAction();
  const amount = parseAmount(typed, currency);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (amount === null) return;
    void run(async () => {
      await client.money.api.payOut(app, amount, currency, pin, once);
      setTyped('');
      setPin('');
      await onDone();
    });
  };
  return (
    <details>
      <summary>{t('money.payout')}</summary>
      <form className="money-form" onSubmit={submit}>
        <label className="field">
          <span>{t('money.amount', { currency })}</span>
          <input inputMode="decimal" data-testid="payout-amount" value={typed} onChange={(event) => setTyped(event.target.value)} />
        </label>
        <PinField value={pin} onChange={setPin} testId="payout-pin" />
        <p className="form-error" role="alert">
          {error}
        </p>
        <button type="submit" className="primary" data-testid="payout-go" disabled={busy || amount === null || pin.length < 4}>
          {t('money.payout')}
        </button>
      </form>
    </details>
  );
}
