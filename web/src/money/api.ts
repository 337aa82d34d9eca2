import type { Rest } from '../transport/rest';
import type {
  Balance,
  Bill,
  Dispute,
  DisputeReason,
  Entry,
  Payment,
  PaymentLink,
  Product,
  SpendingLimits,
  Subscription,
  TopUp,
  Wallet,
} from './model';
import type { Once } from './once';

export interface Agreement {
  readonly tip: number;
  readonly recipient: string | null;
  readonly pin: string | null;
}

export interface NewLimits {
  readonly confirm_above: number | null;
  readonly per_day: number | null;
  readonly per_app_per_day: number | null;
  readonly apps: Readonly<Record<string, number>>;
  readonly pin: string | null;
}

/** The part of the client API about money. */
export class MoneyApi {
  constructor(private readonly rest: Rest) {}

  wallet(): Promise<Wallet> {
    return this.rest.json('GET', '/v1/wallet');
  }

  entries(
    currency: string,
    before: number | null,
    app: string | null = null,
  ): Promise<{ entries: Entry[]; next: number | null }> {
    const query = `currency=${currency}&limit=50${before === null ? '' : `&before=${before}`}`;
    return this.rest.json('GET', `${owner(app)}/entries?${query}`);
  }

  statement(currency: string, from: string, to: string, format: string, app: string | null = null): Promise<Blob> {
    return this.rest.blob(`${owner(app)}/statement?currency=${currency}&from=${from}&to=${to}&format=${format}`);
  }

  setPin(pin: string, current: string | null, password: string | null): Promise<void> {
    return this.rest.nothing('PUT', '/v1/wallet/pin', { pin, current, password });
  }

  setLimits(currency: string, limits: NewLimits): Promise<SpendingLimits> {
    return this.rest.json('PUT', `/v1/wallet/limits/${currency}`, limits);
  }

  async payments(role: 'payer' | 'payee', open: boolean): Promise<Payment[]> {
    const page: { payments: Payment[] } = await this.rest.json('GET', `/v1/payments?role=${role}&open=${open}&limit=50`);
    return page.payments;
  }

  payment(id: number): Promise<Payment> {
    return this.rest.json('GET', `/v1/payments/${id}`);
  }

  ask(from: string, amount: number, currency: string, title: string, once: Once): Promise<Payment> {
    return this.post('/v1/payments', { kind: 'request', from, amount, currency, title }, once);
  }

  send(to: string, amount: number, currency: string, title: string, once: Once): Promise<Payment> {
    return this.post('/v1/payments', { kind: 'send', to, amount, currency, title }, once);
  }

  /** What the sheet shows goes along: nothing else can be paid by it. */
  confirm(payment: Payment, { tip, recipient, pin }: Agreement): Promise<Payment> {
    const shown = { amount: payment.amount, currency: payment.currency, payee: payment.payee.id };
    return this.rest.json('POST', `/v1/payments/${payment.id}/confirm`, { shown, tip, recipient, pin });
  }

  act(payment: number, action: 'decline' | 'cancel'): Promise<Payment> {
    return this.rest.json('POST', `/v1/payments/${payment}/${action}`, {});
  }

  refund(payment: number, amount: number | null, reason: string, once: Once): Promise<Payment> {
    return this.post(`/v1/payments/${payment}/refund`, { amount, reason }, once);
  }

  requestRefund(payment: number, reason: string): Promise<Payment> {
    return this.rest.json('POST', `/v1/payments/${payment}/refund-request`, { reason });
  }

  dispute(payment: number, reason: DisputeReason, text: string): Promise<Dispute> {
    return this.rest.json('POST', `/v1/payments/${payment}/dispute`, { reason, text });
  }

  async disputes(role: 'payer' | 'business' | 'operator'): Promise<Dispute[]> {
    const page: { disputes: Dispute[] } = await this.rest.json('GET', `/v1/disputes?role=${role}`);
    return page.disputes;
  }

  disputed(id: number): Promise<Dispute> {
    return this.rest.json('GET', `/v1/disputes/${id}`);
  }

  addEvidence(id: number, text: string): Promise<Dispute> {
    return this.rest.json('POST', `/v1/disputes/${id}/evidence`, { text });
  }

  withdraw(id: number): Promise<Dispute> {
    return this.rest.json('POST', `/v1/disputes/${id}/withdraw`, {});
  }

  decide(id: number, side: 'payer' | 'business', text: string): Promise<Dispute> {
    return this.rest.json('POST', `/v1/disputes/${id}/decide`, { for: side, text });
  }

  shareBill(
    chat: number,
    title: string,
    amount: number,
    currency: string,
    shares: readonly { user: string; amount: number | null }[],
    once: Once,
  ): Promise<Bill> {
    return this.post('/v1/bills', { chat, title, amount, currency, shares }, once);
  }

  bill(id: number): Promise<Bill> {
    return this.rest.json('GET', `/v1/bills/${id}`);
  }

  async subscriptions(): Promise<Subscription[]> {
    const page: { subscriptions: Subscription[] } = await this.rest.json('GET', '/v1/subscriptions');
    return page.subscriptions;
  }

  subscription(id: number): Promise<Subscription> {
    return this.rest.json('GET', `/v1/subscriptions/${id}`);
  }

  subscribe(offer: Subscription, pin: string | null): Promise<Subscription> {
    const shown = { amount: offer.amount, currency: offer.currency, payee: offer.payee.id, period: offer.period };
    return this.rest.json('POST', `/v1/subscriptions/${offer.id}/confirm`, { shown, pin });
  }

  endSubscription(id: number, action: 'decline' | 'cancel'): Promise<Subscription> {
    return this.rest.json('POST', `/v1/subscriptions/${id}/${action}`, {});
  }

  makeLink(amount: number | null, currency: string, title: string, uses: number | null, once: Once): Promise<PaymentLink> {
    return this.post('/v1/payment-links', { amount, currency, title, max_uses: uses, expires_at: null }, once);
  }

  async links(): Promise<PaymentLink[]> {
    const page: { links: PaymentLink[] } = await this.rest.json('GET', '/v1/payment-links');
    return page.links;
  }

  closeLink(id: number): Promise<void> {
    return this.rest.nothing('DELETE', `/v1/payment-links/${id}`);
  }

  link(token: string): Promise<PaymentLink> {
    return this.rest.json('GET', `/v1/pay/${encodeURIComponent(token)}`);
  }

  follow(token: string, amount: number | null, once: Once): Promise<Payment> {
    return this.post(`/v1/pay/${encodeURIComponent(token)}`, { amount }, once);
  }

  async topUps(): Promise<TopUp[]> {
    const page: { topups: TopUp[] } = await this.rest.json('GET', '/v1/wallet/topups');
    return page.topups;
  }

  topUp(provider: string, amount: number, currency: string, method: string, once: Once): Promise<TopUp> {
    return this.post('/v1/wallet/topups', { provider, amount, currency, payment_method: method }, once);
  }

  refundTopUp(id: number, amount: number, pin: string, once: Once): Promise<TopUp> {
    return this.post(`/v1/wallet/topups/${id}/refund`, { amount }, once, pin);
  }

  balance(app: string): Promise<BusinessBalance> {
    return this.rest.json('GET', `${owner(app)}/balance`);
  }

  async sales(app: string): Promise<Payment[]> {
    const page: { payments: Payment[] } = await this.rest.json('GET', `${owner(app)}/payments?limit=50`);
    return page.payments;
  }

  async products(app: string): Promise<Product[]> {
    const page: { products: Product[] } = await this.rest.json('GET', `${owner(app)}/products`);
    return page.products;
  }

  payOut(app: string, amount: number, currency: string, pin: string, once: Once): Promise<unknown> {
    return this.post(`${owner(app)}/payouts`, { amount, currency }, once, pin);
  }

  /** Posts what must happen once. The PIN is no part of it: a wrong one is mended without asking for something else. */
  private post<T>(path: string, body: object, once: Once, pin?: string): Promise<T> {
    return once.ask([path, body], (key) => this.rest.once(path, pin === undefined ? body : { ...body, pin }, key));
  }
}

export interface BusinessBalance {
  readonly balances: readonly Balance[];
  readonly reserved: readonly { readonly currency: string; readonly amount: number }[];
  readonly owed: readonly { readonly currency: string; readonly amount: number }[];
}

const owner = (app: string | null): string => (app === null ? '/v1/wallet' : `/v1/apps/${encodeURIComponent(app)}`);
