import { useCallback, useState, type FormEvent } from 'react';
import { useAction } from '../hooks/useAction';
import { useClient, useSelect } from '../hooks/useClient';
import { useLoad } from '../hooks/useLoad';
import { t } from '../i18n';
import type { Chat, User } from '../model';
import { Dialog } from '../components/dialogs/Dialog';
import { money, parseAmount } from './amount';
import { equalShares } from './shares';
import { CurrencyChoice } from './CurrencyChoice';
import { useCurrencies } from './useCurrencies';
import { useOnce } from './useMoney';

/** Shares out in a group what the person has paid. */
export function BillDialog({ chat, onClose }: { readonly chat: Chat; readonly onClose: () => void }): JSX.Element {
  const client = useClient();
  const me = useSelect((state) => state.me?.id);
  const members = useLoad(useCallback(() => client.rest.members(chat.id), [client, chat.id]));
  const currencies = useCurrencies();
  const [currency, setCurrency] = useState<string | null>(null);
  const code = currency ?? currencies[0] ?? 'RUB';
  const [title, setTitle] = useState('');
  const [typed, setTyped] = useState('');
  const [without, setWithout] = useState<ReadonlySet<number>>(new Set());
  const [own, setOwn] = useState<Readonly<Record<number, string>>>({});
  const once = useOnce();
  const { busy, error, run } = useAction();
  const amount = parseAmount(typed, code);
  const people = (members.value ?? []).map(({ user }) => user).filter((user) => !user.bot);
  const chosen = people.filter((user) => !without.has(user.id));
  const given = (user: User): number | null => {
    const text = own[user.id]?.trim() ?? '';
    return text === '' ? null : parseAmount(text, code);
  };
  const isWrong = chosen.some((user) => (own[user.id]?.trim() ?? '') !== '' && given(user) === null);
  const shares = amount === null || isWrong ? null : equalShares(amount, chosen.map(given));
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (amount === null) return;
    const done = await run(async () => {
      const list = chosen.map((user) => ({ user: user.name, amount: given(user) }));
      const bill = await client.money.api.shareBill(chat.id, title, amount, code, list, once);
      client.money.put('bill', bill.id, bill);
    });
    if (done) onClose();
  };
  const toggle = (id: number): void => {
    const next = new Set(without);
    if (!next.delete(id)) next.add(id);
    setWithout(next);
  };
  return (
    <Dialog label={t('money.bill.title')} onClose={onClose}>
      <form onSubmit={(event) => void submit(event)} data-testid="bill">
        <h2>{t('money.bill.title')}</h2>
        <label className="field">
          <span>{t('money.title')}</span>
          <input maxLength={128} data-testid="bill-title" value={title} onChange={(event) => setTitle(event.target.value)} />
        </label>
        <label className="field">
          <span>{t('money.amount', { currency: code })}</span>
          <input inputMode="decimal" data-testid="bill-amount" value={typed} onChange={(event) => setTyped(event.target.value)} />
        </label>
        {currencies.length > 1 && <CurrencyChoice currencies={currencies} value={code} onChange={setCurrency} />}
        <ul className="bill-people">
          {people.map((user) => {
            const place = chosen.indexOf(user);
            return (
              <li key={user.id}>
                <label>
                  <input type="checkbox" checked={place >= 0} onChange={() => toggle(user.id)} />
                  <span>{user.id === me ? t('common.you') : user.display}</span>
                </label>
                {place >= 0 && (
                  <input
                    inputMode="decimal"
                    aria-label={t('money.bill.share', { name: user.display })}
                    placeholder={shares ? money(shares[place] ?? 0, code) : ''}
                    value={own[user.id] ?? ''}
                    onChange={(event) => setOwn({ ...own, [user.id]: event.target.value })}
                  />
                )}
              </li>
            );
          })}
        </ul>
        <p className="form-error" role="alert">
          {error ?? (amount !== null && chosen.length > 0 && shares === null ? t('money.bill.wrong') : null)}
        </p>
        <div className="dialog-buttons">
          <button type="button" className="plain" onClick={onClose}>
            {t('common.cancel')}
          </button>
          <button type="submit" className="primary" data-testid="bill-go" disabled={busy || shares === null || title.trim() === ''}>
            {t('money.bill.go')}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
