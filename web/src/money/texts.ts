import { t, type Key } from '../i18n';
import { formatDate } from '../i18n/format';
import { money } from './amount';
import type { Payment, Period, Subscription } from './model';

const states: Readonly<Record<Payment['state'], Key>> = {
  created: 'money.state.open',
  awaiting_payer: 'money.state.open',
  authorised: 'money.state.authorised',
  partly_captured: 'money.state.authorised',
  captured: 'money.state.paid',
  partly_refunded: 'money.state.partlyRefunded',
  refunded: 'money.state.refunded',
  cancelled: 'money.state.cancelled',
  expired: 'money.state.expired',
  disputed: 'money.state.disputed',
};

/** Where a payment stands, in words. */
export function stateOf(payment: Payment): string {
  return t(states[payment.state], { amount: money(payment.refunded, payment.currency) });
}

export const periodText = (period: Period): string => t(`money.period.${period}`);

export function subscriptionState(subscription: Subscription): string {
  const { state, next_charge_at: next, period_ends_at: end, trial_ends_at: trial } = subscription;
  switch (state) {
    case 'trialing':
      return t('money.subscription.trialing', { date: trial === null ? '' : formatDate(trial) });
    case 'active':
      return t('money.subscription.active', { date: next === null ? '' : formatDate(next) });
    case 'cancelled':
      return end === null || end < Date.now()
        ? t('money.subscription.cancelled')
        : t('money.subscription.until', { date: formatDate(end) });
    default:
      return t(`money.subscription.${state}`);
  }
}

const kinds: ReadonlySet<string> = new Set([
  'payment',
  'split',
  'fee',
  'refund',
  'dispute',
  'payout',
  'top_up',
  'withdrawal',
  'issue',
  'debt',
]);

/** What an entry of the wallet was for, where it has no title of its own. */
export const kindText = (kind: string): string => t(kinds.has(kind) ? (`money.kind.${kind}` as Key) : 'money.kind.other');

/** Who brings money in, as it calls itself. */
export function providerText(provider: string): string {
  if (provider === 'internal') return t('money.kind.issue');
  return provider === 'stripe' ? 'Stripe' : provider;
}
