import type { ReactNode } from 'react';
import { useClient, useSelect } from '../hooks/useClient';
import { t } from '../i18n';
import type { Card } from '../model';
import { Icon } from '../components/common/Icon';
import { Verified } from '../components/common/Verified';
import { money } from './amount';
import { titleOf, type Bill, type Party, type Payment, type Subscription } from './model';
import { periodText, stateOf, subscriptionState } from './texts';
import { useLive } from './useMoney';

/** What a message shows besides its text. It is drawn from what the server knows of it, whatever the message says. */
export function MessageCard(props: { readonly card: Card; readonly children: ReactNode }): JSX.Element {
  const { card, children } = props;
  const thing = useLive<Payment | Bill | Subscription>(card.type, card.id);
  // As high as most cards are, so that the list need not jump when it has come.
  if (thing === undefined) return <div className="money-card waiting" aria-hidden="true" />;
  // Who may not see it reads the message's text.
  if (thing === null) return <>{children}</>;
  switch (card.type) {
    case 'payment':
      return <PaymentCard payment={thing as Payment} />;
    case 'bill':
      return <BillCard bill={thing as Bill} />;
    case 'subscription':
      return <SubscriptionCard subscription={thing as Subscription} />;
    default:
      return <>{children}</>;
  }
}

function PaymentCard({ payment }: { readonly payment: Payment }): JSX.Element {
  const me = useSelect((state) => state.me?.id);
  const total = money(payment.amount + payment.tip, payment.currency);
  return (
    <section className="money-card" data-testid="payment-card" data-state={payment.state} aria-label={payment.title}>
      <Head title={payment.title} amount={total} party={payment.payee} mine={payment.payee.id === me} />
      <State text={stateOf(payment)} done={isPaid(payment)} />
      <Buttons payment={payment} />
    </section>
  );
}

function Head(props: {
  readonly title: string;
  readonly amount: string;
  readonly party: Party;
  readonly mine: boolean;
}): JSX.Element {
  const { title, amount, party, mine } = props;
  return (
    <>
      <p className="money-card-amount">{amount}</p>
      <p className="money-card-title">{title}</p>
      <p className="quiet with-badge">
        {mine ? t('money.toYou') : t('money.to', { name: titleOf(party) })}
        {party.app?.verified === true && <Verified />}
      </p>
    </>
  );
}

function State({ text, done }: { readonly text: string; readonly done: boolean }): JSX.Element {
  return (
    <p className={done ? 'money-card-state done' : 'money-card-state'} data-testid="card-state" aria-live="polite">
      {done && <Icon name="check" />}
      {text}
    </p>
  );
}

function Buttons({ payment }: { readonly payment: Payment }): JSX.Element {
  const client = useClient();
  return (
    <div className="money-card-buttons">
      {payment.can.includes('confirm') && (
        <button
          type="button"
          className="primary"
          data-testid="card-pay"
          onClick={() => client.money.open({ kind: 'payment', id: payment.id })}
        >
          {t('money.pay', { amount: money(payment.amount, payment.currency) })}
        </button>
      )}
      <button
        type="button"
        className="plain"
        data-testid="card-open"
        onClick={() => client.navigation.open({ kind: 'payment', id: payment.id })}
      >
        {t(payment.receipt ? 'money.receipt' : 'money.details')}
      </button>
    </div>
  );
}

function BillCard({ bill }: { readonly bill: Bill }): JSX.Element {
  const client = useClient();
  const me = useSelect((state) => state.me?.id);
  const mine = bill.shares.find((share) => share.person.id === me && share.payment !== null && share.state === 'awaiting_payer');
  const open = bill.shares.filter((share) => share.state === 'awaiting_payer').length;
  return (
    <section className="money-card" data-testid="bill-card" aria-label={bill.title}>
      <p className="money-card-amount">{money(bill.amount, bill.currency)}</p>
      <p className="money-card-title">{bill.title}</p>
      <ul className="bill-shares">
        {bill.shares.map((share) => (
          <li key={share.person.id} data-state={share.state}>
            <span>{share.person.display}</span>
            <span>{money(share.amount, bill.currency)}</span>
            <span className="quiet">{shareState(share.state)}</span>
          </li>
        ))}
      </ul>
      <State text={open === 0 ? t('money.bill.done') : t('money.bill.open', { count: open })} done={open === 0} />
      {mine?.payment != null && (
        <div className="money-card-buttons">
          <button
            type="button"
            className="primary"
            data-testid="card-pay"
            onClick={() => client.money.open({ kind: 'payment', id: mine.payment ?? 0 })}
          >
            {t('money.pay', { amount: money(mine.amount, bill.currency) })}
          </button>
        </div>
      )}
    </section>
  );
}

function shareState(state: string): string {
  if (state === 'own') return t('money.bill.own');
  if (state === 'captured') return t('money.bill.paid');
  if (state === 'awaiting_payer') return t('money.bill.waits');
  return t('money.bill.not');
}

function SubscriptionCard({ subscription }: { readonly subscription: Subscription }): JSX.Element {
  const client = useClient();
  const me = useSelect((state) => state.me?.id);
  const each = `${money(subscription.amount, subscription.currency)} ${periodText(subscription.period)}`;
  return (
    <section className="money-card" data-testid="subscription-card" data-state={subscription.state} aria-label={subscription.title}>
      <Head title={subscription.title} amount={each} party={subscription.payee} mine={subscription.payee.id === me} />
      <State text={subscriptionState(subscription)} done={subscription.state === 'active' || subscription.state === 'trialing'} />
      {subscription.can.includes('confirm') && (
        <div className="money-card-buttons">
          <button
            type="button"
            className="primary"
            data-testid="card-pay"
            onClick={() => client.money.open({ kind: 'subscription', id: subscription.id })}
          >
            {t('money.subscribe')}
          </button>
        </div>
      )}
    </section>
  );
}

const isPaid = (payment: Payment): boolean => payment.state === 'captured' || payment.state === 'authorised';
