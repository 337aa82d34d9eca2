import { useState, type FormEvent, type ReactNode } from 'react';
import { useClient } from '../hooks/useClient';
import { useGuard } from '../hooks/useGuard';
import { t } from '../i18n';
import { ApiError } from '../transport/errors';
import { Verified } from '../components/common/Verified';
import { Avatar } from '../components/common/Avatar';
import { Dialog } from '../components/dialogs/Dialog';
import { money } from './amount';
import { describeMoney } from './errors';
import { GiftPicker } from './GiftPicker';
import { titleOf, type Party, type Payment, type Subscription } from './model';
import { PinField, SetPin } from './Pin';
import { TipChoice } from './TipChoice';
import { periodText } from './texts';
import { useLive, useSheet } from './useMoney';

/** The sheet on which people agree to pay. It lies over everything, shows what the server knows, and no app can press it. */
export function PaySheets(): JSX.Element | null {
  const asked = useSheet();
  if (!asked) return null;
  return asked.kind === 'payment' ? (
    <PaymentSheet key={asked.id} id={asked.id} />
  ) : (
    <SubscriptionSheet key={asked.id} id={asked.id} />
  );
}

function PaymentSheet({ id }: { readonly id: number }): JSX.Element | null {
  const client = useClient();
  const payment = useLive<Payment>('payment', id);
  const [tip, setTip] = useState(0);
  const [recipient, setRecipient] = useState<string | null>(null);
  if (!payment || !payment.can.includes('confirm')) return payment === undefined ? null : <Over />;
  const total = money(payment.amount + tip, payment.currency);
  return (
    <Sheet
      party={payment.payee}
      title={payment.title}
      description={payment.description}
      total={total}
      needsPin={payment.needs_pin}
      change={`${payment.amount} ${tip} ${recipient ?? ''}`}
      confirm={t('money.pay', { amount: total })}
      onConfirm={async (pin) => {
        const paid = await client.money.api.confirm(payment, { tip, recipient, pin });
        client.money.put('payment', id, paid);
      }}
      onDecline={async () => client.money.put('payment', id, await client.money.api.act(id, 'decline'))}
    >
      <Lines payment={payment} tip={tip} />
      {payment.tips.length > 0 && (
        <TipChoice tips={payment.tips} currency={payment.currency} value={tip} onChange={setTip} />
      )}
      {payment.giftable && <GiftPicker value={recipient} onChange={setRecipient} />}
    </Sheet>
  );
}

/** Somebody has answered already, on another device perhaps, or it is too late. */
function Over(): JSX.Element {
  const client = useClient();
  return (
    <Dialog label={t('money.sheet.over')} className="narrow" onClose={() => client.money.open(null)}>
      <p data-testid="sheet-over">{t('money.sheet.over')}</p>
      <div className="dialog-buttons">
        <button type="button" className="primary" onClick={() => client.money.open(null)}>
          {t('common.close')}
        </button>
      </div>
    </Dialog>
  );
}

/** Who gets how much for what. */
function Lines({ payment, tip }: { readonly payment: Payment; readonly tip: number }): JSX.Element {
  const { currency } = payment;
  return (
    <dl className="money-lines">
      {payment.items.map((item, index) => (
        <div key={index}>
          <dt>
            {item.count > 1 ? `${item.count} × ${item.title}` : item.title}
            {item.tax_rate !== null && <span className="quiet"> {t('money.taxRate', { rate: item.tax_rate / 100 })}</span>}
          </dt>
          <dd>{money(item.amount * item.count, currency)}</dd>
        </div>
      ))}
      {payment.tax !== null && (
        <div className="quiet">
          <dt>{t('money.tax')}</dt>
          <dd>{money(payment.tax, currency)}</dd>
        </div>
      )}
      {payment.splits.map((split) => (
        <div key={split.to.id} className="quiet">
          <dt>{t('money.split', { name: titleOf(split.to) })}</dt>
          <dd>{money(split.amount, currency)}</dd>
        </div>
      ))}
      {tip > 0 && (
        <div>
          <dt>{t('money.tip')}</dt>
          <dd>{money(tip, currency)}</dd>
        </div>
      )}
    </dl>
  );
}

function SubscriptionSheet({ id }: { readonly id: number }): JSX.Element | null {
  const client = useClient();
  const offer = useLive<Subscription>('subscription', id);
  if (!offer || !offer.can.includes('confirm')) return offer === undefined ? null : <Over />;
  const each = `${money(offer.amount, offer.currency)} ${periodText(offer.period)}`;
  return (
    <Sheet
      party={offer.payee}
      title={offer.title}
      description={offer.description}
      total={each}
      needsPin={offer.needs_pin}
      change={offer.amount}
      confirm={t('money.subscribe')}
      onConfirm={async (pin) => client.money.put('subscription', id, await client.money.api.subscribe(offer, pin))}
      onDecline={async () => client.money.put('subscription', id, await client.money.api.endSubscription(id, 'decline'))}
    >
      <p className="quiet">
        {offer.trial !== null && `${t('money.trial', { count: Math.round(offer.trial / 86_400_000) })} `}
        {t('money.subscription.terms')}
      </p>
    </Sheet>
  );
}

interface SheetProps {
  readonly party: Party;
  readonly title: string;
  readonly description: string;
  readonly total: string;
  readonly needsPin: boolean;
  /** What the person agrees to: another one begins the guard anew. */
  readonly change: unknown;
  readonly confirm: string;
  readonly onConfirm: (pin: string | null) => Promise<void>;
  readonly onDecline: () => Promise<void>;
  readonly children: ReactNode;
}

function Sheet(props: SheetProps): JSX.Element {
  const { party, title, description, total, change, confirm, children } = props;
  const client = useClient();
  const ready = useGuard(change);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [pin, setPin] = useState('');
  const [asksPin, setAsksPin] = useState(props.needsPin);
  const missing = error instanceof ApiError && error.code === 'pin_not_set';
  const run = async (what: () => Promise<void>): Promise<void> => {
    if (busy || !ready) return;
    setBusy(true);
    setError(null);
    try {
      await what();
      client.money.open(null);
    } catch (reason) {
      setError(reason);
      setPin('');
      if (reason instanceof ApiError && reason.code === 'pin_required') setAsksPin(true);
    } finally {
      setBusy(false);
    }
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    void run(() => props.onConfirm(asksPin ? pin : null));
  };
  if (missing) {
    return (
      <Dialog label={t('money.pin.set')} className="narrow" onClose={() => client.money.open(null)}>
        <SetPin hasPin={false} onDone={() => setError(null)} onCancel={() => client.money.open(null)} />
      </Dialog>
    );
  }
  return (
    <Dialog label={t('money.sheet.title')} className="pay-sheet" onClose={() => client.money.open(null)}>
      <form onSubmit={submit} data-testid="pay-sheet">
        <header className="consent-head">
          <Avatar id={party.id} name={titleOf(party)} kind={party.bot ? 'bot' : 'person'} />
          <div>
            <h2 tabIndex={-1} data-autofocus={asksPin ? undefined : true}>
              {t('money.to', { name: titleOf(party) })}
            </h2>
            <p className="quiet with-badge" data-testid="sheet-payee">
              {party.app ? t('money.by', { publisher: party.app.publisher_title }) : `@${party.name}`}
              {party.app?.verified === true && <Verified />}
            </p>
          </div>
        </header>
        <figure className="consent-reason">
          <figcaption>{party.app ? t('money.words', { app: titleOf(party) }) : t('money.for')}</figcaption>
          <blockquote>
            <strong>{title}</strong>
            {description !== '' && <p>{description}</p>}
          </blockquote>
        </figure>
        {children}
        <p className="money-total" data-testid="sheet-total">
          <span>{t('money.total')}</span>
          <strong>{total}</strong>
        </p>
        {asksPin && <PinField value={pin} onChange={setPin} />}
        {error !== null && (
          <p className="form-error" role="alert" data-testid="sheet-error">
            {describeMoney(error)}
          </p>
        )}
        <div className="dialog-buttons">
          <button type="button" className="plain" onClick={() => client.money.open(null)}>
            {t('consent.later')}
          </button>
          <button
            type="button"
            className="plain"
            data-testid="sheet-decline"
            disabled={busy || !ready}
            onClick={() => void run(props.onDecline)}
          >
            {t('money.decline')}
          </button>
          <button
            type="submit"
            className="primary"
            data-testid="sheet-confirm"
            disabled={busy || !ready || (asksPin && pin.length < 4)}
          >
            {confirm}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
