import { useState, type FormEvent } from 'react';
import { useAction } from '../hooks/useAction';
import { useClient } from '../hooks/useClient';
import { t } from '../i18n';
import { formatMoment } from '../i18n/format';
import { PageFrame } from '../components/common/PageFrame';
import { Spinner } from '../components/common/Spinner';
import { Verified } from '../components/common/Verified';
import { decimal, money, parseAmount } from './amount';
import { DisputeView } from './Disputes';
import { disputeReasons, titleOf, type DisputeReason, type Payment } from './model';
import { stateOf } from './texts';
import { useLive, useOnce } from './useMoney';

/** All there is about one payment: the receipt, and what can be done about it. */
export function PaymentPage({ id }: { readonly id: number }): JSX.Element {
  const payment = useLive<Payment>('payment', id);
  return (
    <PageFrame title={t(payment?.receipt ? 'money.receipt' : 'money.payment')} about={payment?.receipt?.number} testId="payment-page">
      {payment === undefined && <Spinner />}
      {payment === null && <p>{t('money.none')}</p>}
      {payment && <Receipt payment={payment} />}
    </PageFrame>
  );
}

function Receipt({ payment }: { readonly payment: Payment }): JSX.Element {
  const { currency } = payment;
  const line = (label: string, value: string | null): JSX.Element | null =>
    value === null ? null : (
      <div>
        <dt>{label}</dt>
        <dd>{value}</dd>
      </div>
    );
  return (
    <>
      <section className="receipt" data-testid="receipt" data-state={payment.state}>
        <p className="money-card-amount">{money(payment.amount + payment.tip, currency)}</p>
        <p className="money-card-title">{payment.title}</p>
        <p className="money-card-state">{stateOf(payment)}</p>
        <dl className="money-lines">
          {payment.items.map((item, index) => (
            <div key={index}>
              <dt>{item.count > 1 ? `${item.count} × ${item.title}` : item.title}</dt>
              <dd>{money(item.amount * item.count, currency)}</dd>
            </div>
          ))}
          {payment.tip > 0 && line(t('money.tip'), money(payment.tip, currency))}
          {payment.tax !== null && line(t('money.tax'), money(payment.tax, currency))}
        </dl>
        <dl className="money-lines">
          <div>
            <dt>{t('money.payee')}</dt>
            <dd className="with-badge">
              {titleOf(payment.payee)}
              {payment.payee.app?.verified === true && <Verified />}
            </dd>
          </div>
          {line(t('money.payer'), payment.payer && titleOf(payment.payer))}
          {line(t('money.recipient'), payment.recipient && titleOf(payment.recipient))}
          {line(t('money.fee'), payment.fee === null || payment.fee === 0 ? null : money(payment.fee, currency))}
          {line(t('money.date'), formatMoment(payment.captured_at ?? payment.created_at))}
          {line(t('money.number'), payment.receipt?.number ?? null)}
        </dl>
        {payment.refunds.length > 0 && (
          <ul className="entries" data-testid="refunds">
            {payment.refunds.map((refund) => (
              <li key={refund.id} className="entry">
                <span className="entry-what">
                  <strong>{t('money.kind.refund')}</strong>
                  <span className="quiet">{[refund.reason, formatMoment(refund.date)].filter(Boolean).join(' · ')}</span>
                </span>
                <span className="entry-amount">{money(refund.amount, currency)}</span>
              </li>
            ))}
          </ul>
        )}
        {payment.refund_request && <p className="quiet">{t('money.refund.asked', { reason: payment.refund_request.reason })}</p>}
      </section>
      {payment.dispute && <DisputeView id={payment.dispute.id} />}
      <Actions payment={payment} />
    </>
  );
}

type Doing = 'refund' | 'request' | 'dispute' | null;

function Actions({ payment }: { readonly payment: Payment }): JSX.Element {
  const client = useClient();
  const [doing, setDoing] = useState<Doing>(null);
  const { busy, error, run } = useAction();
  const end = (action: 'decline' | 'cancel'): void =>
    void run(async () => client.money.put('payment', payment.id, await client.money.api.act(payment.id, action)));
  const button = (label: string, testId: string, onClick: () => void, kind = 'plain'): JSX.Element => (
    <button type="button" className={kind} data-testid={testId} disabled={busy} onClick={onClick}>
      {label}
    </button>
  );
  return (
    <div className="receipt-actions">
      {payment.can.includes('confirm') &&
        button(
          t('money.pay', { amount: money(payment.amount, payment.currency) }),
          'payment-pay',
          () => client.money.open({ kind: 'payment', id: payment.id }),
          'primary',
        )}
      {payment.can.includes('decline') && button(t('money.decline'), 'payment-decline', () => end('decline'))}
      {payment.can.includes('cancel') && button(t('money.takeBack'), 'payment-cancel', () => end('cancel'))}
      {payment.can.includes('refund') && button(t('money.refund.give'), 'payment-refund', () => setDoing('refund'))}
      {payment.can.includes('request_refund') && button(t('money.refund.ask'), 'refund-ask', () => setDoing('request'))}
      {payment.can.includes('dispute') && button(t('money.dispute'), 'dispute', () => setDoing('dispute'))}
      {payment.receipt && button(t('money.print'), 'receipt-print', () => window.print())}
      {error !== null && <p className="form-error">{error}</p>}
      {doing !== null && <Form key={doing} doing={doing} payment={payment} onDone={() => setDoing(null)} />}
    </div>
  );
}

function Form(props: {
  readonly doing: Exclude<Doing, null>;
  readonly payment: Payment;
  readonly onDone: () => void;
}): JSX.Element {
  const { doing, payment } = props;
  const client = useClient();
  const { api } = client.money;
  const [text, setText] = useState('');
  const [reason, setReason] = useState<DisputeReason>('not_received');
  const [amount, setAmount] = useState(decimal(payment.captured - payment.refunded, payment.currency));
  const once = useOnce();
  const { busy, error, run } = useAction();
  const wanted = parseAmount(amount, payment.currency);
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const done = await run(async () => {
      if (doing === 'dispute') await api.dispute(payment.id, reason, text);
      const now =
        doing === 'refund'
          ? await api.refund(payment.id, wanted, text, once)
          : doing === 'request'
            ? await api.requestRefund(payment.id, text)
            : await api.payment(payment.id);
      client.money.put('payment', payment.id, now);
    });
    if (done) props.onDone();
  };
  return (
    <form className="money-form" onSubmit={(event) => void submit(event)}>
      {doing === 'refund' && (
        <label className="field">
          <span>{t('money.amount', { currency: payment.currency })}</span>
          <input inputMode="decimal" data-testid="refund-amount" value={amount} onChange={(event) => setAmount(event.target.value)} />
        </label>
      )}
      {doing === 'dispute' && (
        <label className="field">
          <span>{t('money.dispute.why')}</span>
          <select value={reason} onChange={(event) => setReason(event.target.value as DisputeReason)}>
            {disputeReasons.map((value) => (
              <option key={value} value={value}>
                {t(`money.dispute.${value}`)}
              </option>
            ))}
          </select>
        </label>
      )}
      <label className="field">
        <span>{t('money.reason')}</span>
        <textarea rows={3} maxLength={500} data-testid="reason" value={text} onChange={(event) => setText(event.target.value)} />
      </label>
      <p className="form-error" role="alert">
        {error}
      </p>
      <div className="dialog-buttons">
        <button type="button" className="plain" onClick={props.onDone}>
          {t('common.cancel')}
        </button>
        <button
          type="submit"
          className="primary"
          data-testid="reason-send"
          disabled={busy || (doing === 'refund' ? wanted === null : text.trim() === '')}
        >
          {t(doing === 'refund' ? 'money.refund.give' : doing === 'request' ? 'money.refund.ask' : 'money.dispute')}
        </button>
      </div>
    </form>
  );
}
