import { useCallback, useState, type FormEvent } from 'react';
import { useAction } from '../hooks/useAction';
import { useClient } from '../hooks/useClient';
import { useLoad } from '../hooks/useLoad';
import { t } from '../i18n';
import { money, parseAmount } from './amount';
import { CurrencyChoice } from './CurrencyChoice';
import type { PaymentLink } from './model';
import { Qr } from './Qr';
import { useOnce } from './useMoney';

/** Addresses at which others pay the person: to send, or to show as a QR code. */
export function Links({ currencies }: { readonly currencies: readonly string[] }): JSX.Element {
  const { money: store } = useClient();
  const links = useLoad(useCallback(() => store.api.links(), [store]));
  const open = (links.value ?? []).filter((link) => !link.closed);
  return (
    <section className="page-section" aria-label={t('money.links')}>
      <h3>{t('money.links')}</h3>
      <ul className="entries">
        {open.map((link) => (
          <Line key={link.id} link={link} onClosed={links.reload} />
        ))}
      </ul>
      <NewLink currencies={currencies.length > 0 ? currencies : ['RUB']} onMade={links.reload} />
    </section>
  );
}

function Line({ link, onClosed }: { readonly link: PaymentLink; readonly onClosed: () => Promise<void> }): JSX.Element {
  const client = useClient();
  const { busy, run } = useAction();
  const address = location.origin + link.path;
  return (
    <li className="payment-link" data-testid="payment-link">
      <Qr text={address} label={t('money.links.qr', { title: link.title })} />
      <div>
        <strong>{link.title}</strong>
        <p className="quiet">
          {link.amount === null ? t('money.links.any', { currency: link.currency }) : money(link.amount, link.currency)}
          {' · '}
          {t('money.links.uses', { count: link.uses })}
        </p>
        <input readOnly value={address} aria-label={t('money.links.address')} onFocus={(event) => event.target.select()} />
        <button
          type="button"
          className="plain"
          disabled={busy}
          onClick={() =>
            void run(async () => {
              await client.money.api.closeLink(link.id);
              await onClosed();
            })
          }
        >
          {t('money.links.close')}
        </button>
      </div>
    </li>
  );
}

function NewLink(props: { readonly currencies: readonly string[]; readonly onMade: () => Promise<void> }): JSX.Element {
  const client = useClient();
  const [title, setTitle] = useState('');
  const [amount, setAmount] = useState('');
  const [currency, setCurrency] = useState(props.currencies[0] ?? 'RUB');
  const once = useOnce();
  const { busy, error, run } = useAction();
  const wanted = amount.trim() === '' ? null : parseAmount(amount, currency);
  const isWrong = amount.trim() !== '' && wanted === null;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    void run(async () => {
      await client.money.api.makeLink(wanted, currency, title, null, once);
      setTitle('');
      setAmount('');
      await props.onMade();
    });
  };
  return (
    <details>
      <summary>{t('money.links.new')}</summary>
      <form className="money-form" onSubmit={submit}>
        <label className="field">
          <span>{t('money.title')}</span>
          <input data-testid="link-title" value={title} maxLength={128} onChange={(event) => setTitle(event.target.value)} />
        </label>
        <label className="field">
          <span>{t('money.links.amount')}</span>
          <input inputMode="decimal" data-testid="link-amount" value={amount} onChange={(event) => setAmount(event.target.value)} />
        </label>
        <CurrencyChoice currencies={props.currencies} value={currency} onChange={setCurrency} />
        <p className="form-error" role="alert">
          {isWrong ? t('money.error.amount') : error}
        </p>
        <button type="submit" className="primary" data-testid="link-make" disabled={busy || isWrong || title.trim() === ''}>
          {t('money.links.make')}
        </button>
      </form>
    </details>
  );
}
