import type { Client } from '../client/client';
import { t } from '../i18n';
import { Once } from '../money/once';
import type { Payment } from '../money/model';
import { ApiError } from '../transport/errors';

/** After a sheet that was closed unpaid the next one waits so long, twice as long each time, in milliseconds. */
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;

export type InvoiceStatus = 'paid' | 'cancelled' | 'failed';

/** What one web mini-app has the person pay, on the client's own sheet. */
export class Invoices {
  private isOpen = false;
  /** Counts the pages that have gone: no sheet comes up for one of them. */
  private gone = 0;
  private cancelled = 0;
  private pausedUntil = 0;
  /** What has been made of each link: it is not asked for again while it can be paid. */
  private readonly made = new Map<string, number>();
  private readonly once = new Once();

  constructor(
    private readonly client: Client,
    private readonly app: string,
  ) {}

  /** The person has paid, or pressed what the client draws: the next sheet is of their own doing. */
  resume(): void {
    this.cancelled = 0;
    this.pausedUntil = 0;
  }

  /** The page that asked is gone. */
  leave(): void {
    this.gone += 1;
  }

  /** Brings the sheet up, and says how it ended. Throws what the person should be told. */
  async pay(slug: string): Promise<InvoiceStatus> {
    const { money } = this.client;
    if (this.isOpen || money.sheet() !== null) return 'failed';
    if (performance.now() < this.pausedUntil) return 'cancelled';
    this.isOpen = true;
    const { gone } = this;
    try {
      const isNumber = /^\d{1,15}$/.test(slug);
      const payment = isNumber ? await money.api.payment(Number(slug)) : await this.follow(slug);
      // A number says nothing of whose payment it is: that of another app would come up as if this one had asked.
      const isOwn = !isNumber || payment.payee.app?.name === this.app;
      if (!isOwn || !payment.can.includes('confirm') || gone !== this.gone) return 'failed';
      money.put('payment', payment.id, payment);
      money.open({ kind: 'payment', id: payment.id });
      await this.closed();
      const after = await money.api.payment(payment.id);
      if (after.captured > 0 || after.state === 'authorised') {
        this.resume();
        return 'paid';
      }
      this.pausedUntil = performance.now() + Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** this.cancelled);
      this.cancelled += 1;
      return 'cancelled';
    } finally {
      this.isOpen = false;
    }
  }

  private async follow(slug: string): Promise<Payment> {
    const { api } = this.client.money;
    const before = this.made.get(slug);
    if (before !== undefined) {
      const payment = await api.payment(before);
      if (payment.can.includes('confirm')) return payment;
    }
    const link = await api.link(slug);
    if (link.closed || link.amount === null) throw new ApiError(400, 'bad_request', t('webapp.invoice.closed'), null);
    const payment = await api.follow(slug, null, this.once);
    this.made.set(slug, payment.id);
    return payment;
  }

  private closed(): Promise<void> {
    const { money } = this.client;
    return new Promise((resolve) => {
      const stop = money.subscribe(() => {
        if (money.sheet() !== null) return;
        stop();
        resolve();
      });
    });
  }
}
