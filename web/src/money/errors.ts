import { describe } from '../client/messages';
import { t, type Key } from '../i18n';
import { ApiError } from '../transport/errors';

const texts: Readonly<Record<string, Key>> = {
  insufficient_funds: 'money.error.funds',
  wrong_pin: 'money.error.wrongPin',
  wrong_password: 'money.error.wrongPassword',
  pin_required: 'money.error.pinRequired',
  payment_expired: 'money.error.expired',
  payment_state: 'money.error.state',
  conflict: 'money.error.changed',
  refund_exceeds: 'money.error.refund',
};

/** What to tell who could not pay. For the rest the server's words are shown: they name limits and amounts. */
export function describeMoney(error: unknown): string {
  if (!(error instanceof ApiError)) return describe(error);
  if (error.code === 'pin_locked') return t('money.error.locked', { minutes: Math.ceil((error.retryAfter ?? 60) / 60) });
  const key = texts[error.code];
  return key ? t(key) : describe(error);
}
