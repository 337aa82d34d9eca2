import { useCallback, useState, type FormEvent } from 'react';
import { useAction } from '../hooks/useAction';
import { useClient } from '../hooks/useClient';
import { useLoad } from '../hooks/useLoad';
import { t } from '../i18n';
import { PageFrame } from '../components/common/PageFrame';
import { Verified } from '../components/common/Verified';
import { Waiting } from '../components/common/Waiting';
import { money, parseAmount } from './amount';
import { titleOf, type Payment, type PaymentLink } from './model';
import { useOnce } from './useMoney';

/** Where a payment link leads. Paying still goes over the sheet. */
export function PayLinkPage({ token }: { readonly token: string }): JSX.Element {
  const { money: store } = useClient();
  const link = useLoad(useCallback(() => store.api.link(token), [store, token]));
  return (
    <PageFrame title={t('money.links.page')} testId="pay-link">
      {link.value ? <Content link={link.value} /> : <Waiting error={link.error} onRetry={() => void link.reload()} />}
    </PageFrame>
  );
}

function Content({ link }: { readonly link: PaymentLink }): JSX.Element {
  const client = useClient();
  const [typed, setTyped] = useState('');
  const [made, setMade] = useState<number | null>(null);
  const once = useOnce();
  const { busy, error, run } = useAction();
  const amount = link.amount ?? parseAmount(typed, link.currency);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    // Who put the sheet away for a while comes back to the same payment, and does not make another one.
    const waiting = made === null ? null : client.money.get<Payment>('payment', made);
    if (waiting?.can.includes('confirm') === true && waiting.amount === amount) {
      return client.money.open({ kind: 'payment', id: waiting.id });
    }
    void run(async () => {
      const payment = await client.money.api.follow(link.token, link.amount === null ? amount : null, once);
      client.money.put('payment', payment.id, payment);
      setMade(payment.id);
      client.money.open({ kind: 'payment', id: payment.id });
    });
  };
  return (
    <form className="money-form" onSubmit={submit}>
      <h3>{link.title}</h3>
      <p className="with-badge">
        {t('money.to', { name: titleOf(link.payee) })}
        {link.payee.app?.verified === true && <Verified />}
      </p>
      {link.closed && <p className="form-error">{t('money.links.closed')}</p>}
      {link.amount === null && !link.closed && (
        <label className="field">
          <span>{t('money.amount', { currency: link.currency })}</span>
          <input inputMode="decimal" data-testid="pay-link-amount" value={typed} onChange={(event) => setTyped(event.target.value)} />
        </label>
      )}
      {error !== null && (
        <p className="form-error" role="alert">
          {error}
        </p>
      )}
      {!link.closed && (
        <button type="submit" className="primary" data-testid="pay-link-pay" disabled={busy || amount === null}>
          {amount === null ? t('money.continue') : t('money.pay', { amount: money(amount, link.currency) })}
        </button>
      )}
    </form>
  );
}
