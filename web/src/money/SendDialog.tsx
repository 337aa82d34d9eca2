import { useState, type FormEvent } from 'react';
import { useAction } from '../hooks/useAction';
import { useClient } from '../hooks/useClient';
import { t } from '../i18n';
import type { User } from '../model';
import { Dialog } from '../components/dialogs/Dialog';
import { money, parseAmount } from './amount';
import { CurrencyChoice } from './CurrencyChoice';
import type { Payment } from './model';
import { useCurrencies } from './useCurrencies';
import { useOnce } from './useMoney';

/** Sends a person money, or asks them for some. Sending goes on with the sheet. */
export function SendDialog(props: { readonly peer: User; readonly asks: boolean; readonly onClose: () => void }): JSX.Element {
  const { peer, asks, onClose } = props;
  const client = useClient();
  const currencies = useCurrencies();
  const [currency, setCurrency] = useState<string | null>(null);
  const [typed, setTyped] = useState('');
  const [title, setTitle] = useState('');
  const once = useOnce();
  const { busy, error, run } = useAction();
  const code = currency ?? currencies[0] ?? 'RUB';
  const amount = parseAmount(typed, code);
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (amount === null) return;
    const { api } = client.money;
    const make = (): Promise<Payment> =>
      asks ? api.ask(peer.name, amount, code, title, once) : api.send(peer.name, amount, code, title, once);
    const done = await run(async () => {
      const payment = await make();
      client.money.put('payment', payment.id, payment);
      if (!asks) client.money.open({ kind: 'payment', id: payment.id });
    });
    if (done) onClose();
  };
  const heading = t(asks ? 'money.ask.title' : 'money.send.title', { name: peer.display });
  return (
    <Dialog label={heading} className="narrow" onClose={onClose}>
      <form onSubmit={(event) => void submit(event)} data-testid="send-money">
        <h2>{heading}</h2>
        <label className="field">
          <span>{t('money.amount', { currency: code })}</span>
          <input inputMode="decimal" data-testid="send-amount" value={typed} onChange={(event) => setTyped(event.target.value)} />
        </label>
        {currencies.length > 1 && <CurrencyChoice currencies={currencies} value={code} onChange={setCurrency} />}
        <label className="field">
          <span>{t('money.title')}</span>
          <input maxLength={128} data-testid="send-title" value={title} onChange={(event) => setTitle(event.target.value)} />
        </label>
        <p className="form-error" role="alert">
          {error}
        </p>
        <div className="dialog-buttons">
          <button type="button" className="plain" onClick={onClose}>
            {t('common.cancel')}
          </button>
          <button type="submit" className="primary" data-testid="send-go" disabled={busy || amount === null || title.trim() === ''}>
            {amount === null ? t('money.continue') : t(asks ? 'money.ask.go' : 'money.send.go', { amount: money(amount, code) })}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
