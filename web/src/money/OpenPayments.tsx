import { useCallback, useEffect } from 'react';
import { useClient } from '../hooks/useClient';
import { useLoad } from '../hooks/useLoad';
import { t } from '../i18n';
import { money } from './amount';
import { titleOf, type Payment } from './model';

/** What waits for the person to pay, and what they wait for. */
export function OpenPayments({ changes }: { readonly changes: number }): JSX.Element | null {
  const client = useClient();
  const { api } = client.money;
  const open = useLoad(
    useCallback(async () => ({ mine: await api.payments('payer', true), others: await api.payments('payee', true) }), [api]),
  );
  const { reload } = open;
  useEffect(() => {
    if (changes > 0) void reload();
  }, [changes, reload]);
  if (!open.value || open.value.mine.length + open.value.others.length === 0) return null;
  const line = (payment: Payment, who: string): JSX.Element => (
    <li key={payment.id} className="entry">
      <span className="entry-what">
        <strong>{payment.title}</strong>
        <span className="quiet">{who}</span>
      </span>
      {payment.can.includes('confirm') ? (
        <button type="button" className="primary" onClick={() => client.money.open({ kind: 'payment', id: payment.id })}>
          {t('money.pay', { amount: money(payment.amount, payment.currency) })}
        </button>
      ) : (
        <button
          type="button"
          className="plain"
          onClick={() => client.navigation.open({ kind: 'payment', id: payment.id })}
        >
          {money(payment.amount, payment.currency)}
        </button>
      )}
    </li>
  );
  return (
    <section className="page-section" aria-label={t('money.open')} data-testid="open-payments">
      <h3>{t('money.open')}</h3>
      <ul className="entries">
        {open.value.mine.map((payment) => line(payment, t('money.to', { name: titleOf(payment.payee) })))}
        {open.value.others.map((payment) =>
          line(payment, t('money.from', { name: payment.payer ? titleOf(payment.payer) : '' })),
        )}
      </ul>
    </section>
  );
}
