// Money as the client API sends it. Amounts are integers of minor units.

export interface Party {
  readonly id: number;
  readonly name: string;
  readonly display: string;
  readonly bot: boolean;
  readonly app: {
    readonly name: string;
    readonly title: string;
    readonly publisher_title: string;
    readonly verified: boolean;
  } | null;
}

export interface Item {
  readonly title: string;
  readonly count: number;
  /** Of one. */
  readonly amount: number;
  /** Hundredths of a percent. */
  readonly tax_rate: number | null;
}

export type PaymentState =
  | 'created'
  | 'awaiting_payer'
  | 'authorised'
  | 'partly_captured'
  | 'captured'
  | 'partly_refunded'
  | 'refunded'
  | 'cancelled'
  | 'expired'
  | 'disputed';

export type PaymentAction = 'confirm' | 'decline' | 'cancel' | 'refund' | 'request_refund' | 'dispute' | 'answer_dispute';

export interface Payment {
  readonly id: number;
  readonly kind: 'purchase' | 'request' | 'send' | 'share' | 'subscription' | 'link';
  readonly state: PaymentState;
  readonly amount: number;
  readonly tip: number;
  readonly currency: string;
  readonly captured: number;
  readonly refunded: number;
  readonly title: string;
  readonly description: string;
  readonly payee: Party;
  readonly payer: Party | null;
  readonly recipient: Party | null;
  readonly items: readonly Item[];
  readonly tax: number | null;
  readonly splits: readonly { readonly to: Party; readonly amount: number }[];
  readonly tips: readonly number[];
  readonly giftable: boolean;
  readonly fee: number | null;
  readonly created_at: number;
  readonly captured_at: number | null;
  readonly receipt: { readonly number: string; readonly date: number } | null;
  readonly refunds: readonly { readonly id: number; readonly amount: number; readonly reason: string; readonly date: number }[];
  readonly refund_request: { readonly reason: string; readonly date: number } | null;
  readonly dispute: { readonly id: number; readonly state: string } | null;
  readonly needs_pin: boolean;
  readonly can: readonly PaymentAction[];
}

export interface Bill {
  readonly id: number;
  readonly title: string;
  readonly amount: number;
  readonly currency: string;
  readonly by: Party;
  readonly shares: readonly {
    readonly person: Party;
    readonly amount: number;
    readonly payment: number | null;
    readonly state: string;
  }[];
  readonly paid: number;
}

export type Period = 'day' | 'week' | 'month' | 'year';

export interface Subscription {
  readonly id: number;
  readonly title: string;
  readonly description: string;
  readonly amount: number;
  readonly currency: string;
  readonly period: Period;
  readonly state: 'offered' | 'trialing' | 'active' | 'past_due' | 'cancelled' | 'expired';
  readonly payee: Party;
  readonly trial: number | null;
  readonly trial_ends_at: number | null;
  readonly period_ends_at: number | null;
  readonly next_charge_at: number | null;
  readonly needs_pin: boolean;
  readonly can: readonly ('confirm' | 'decline' | 'cancel')[];
}

export interface Balance {
  readonly currency: string;
  readonly available: number;
  readonly held: number;
}

export interface SpendingLimits {
  readonly currency: string;
  readonly confirm_above: number | null;
  readonly per_day: number | null;
  readonly per_app_per_day: number | null;
  readonly apps: readonly { readonly app: string; readonly per_day: number }[];
}

export interface Wallet {
  readonly balances: readonly Balance[];
  readonly pin: boolean;
  /** By which money can be brought in. */
  readonly providers: readonly string[];
  readonly limits: readonly SpendingLimits[];
}

export interface TopUp {
  readonly id: number;
  readonly provider: string;
  readonly state: 'pending' | 'succeeded' | 'failed' | 'unknown' | 'partly_refunded' | 'refunded';
  readonly amount: number;
  readonly refunded: number;
  readonly currency: string;
  readonly failure: { readonly code: string; readonly message: string } | null;
  readonly created_at: number;
}

export interface Entry {
  readonly id: number;
  readonly date: number;
  /** Negative where money left the wallet. */
  readonly amount: number;
  readonly currency: string;
  readonly balance: number;
  readonly kind: string;
  readonly title: string;
  readonly with: Party | null;
  readonly payment: number | null;
}

export interface PaymentLink {
  readonly id: number;
  readonly token: string;
  readonly path: string;
  readonly amount: number | null;
  readonly currency: string;
  readonly title: string;
  readonly max_uses: number | null;
  readonly uses: number;
  readonly closed: boolean;
  readonly payee: Party;
}

export interface Dispute {
  readonly id: number;
  readonly payment: Payment;
  readonly state: 'opened' | 'answered' | 'won' | 'lost';
  readonly reason: DisputeReason;
  readonly text: string;
  readonly amount: number;
  readonly opened_at: number;
  readonly evidence: readonly { readonly by: Party; readonly text: string; readonly date: number }[];
  readonly decision: { readonly for: 'payer' | 'business'; readonly text: string; readonly date: number } | null;
  readonly can: readonly ('answer' | 'decide' | 'withdraw')[];
}

export const disputeReasons = ['not_received', 'not_as_described', 'not_authorised', 'duplicate', 'other'] as const;
export type DisputeReason = (typeof disputeReasons)[number];

export interface Product {
  readonly sku: string;
  readonly title: string;
  readonly price: number;
  readonly currency: string;
  readonly stock: number | null;
  readonly reserved: number;
}

/** How people call somebody who pays or is paid. */
export const titleOf = (party: Party): string => party.app?.title ?? party.display;
