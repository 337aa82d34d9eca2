import { useCallback, useEffect, useState } from 'react';
import { useClient } from '../hooks/useClient';
import { useAction } from '../hooks/useAction';
import { t } from '../i18n';
import { formatMoment } from '../i18n/format';
import { money } from './amount';
import { titleOf, type Entry } from './model';
import { kindText } from './texts';

/** What moved in a wallet, newest first; the person's own, or an app's. */
export function Entries(props: {
  readonly currency: string;
  readonly changes: number;
  readonly app: string | null;
}): JSX.Element {
  const { currency, changes, app } = props;
  const client = useClient();
  const [entries, setEntries] = useState<readonly Entry[]>([]);
  const [next, setNext] = useState<number | null>(null);
  const { error, run } = useAction();
  const load = useCallback(
    async (before: number | null): Promise<void> => {
      const page = await client.money.api.entries(currency, before, app);
      setEntries((known) => (before === null ? page.entries : [...known, ...page.entries]));
      setNext(page.next);
    },
    [client, currency, app],
  );
  useEffect(() => {
    void run(() => load(null));
    // The latest `run` is as good as any.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [load, changes]);
  return (
    <section className="page-section" aria-label={t('money.history')}>
      <h3>{t('money.history')}</h3>
      {entries.length === 0 && <p className="quiet">{t('money.history.empty')}</p>}
      <ul className="entries" data-testid="entries">
        {entries.map((entry) => (
          <li key={entry.id}>
            <EntryLine entry={entry} onOpen={(id) => client.navigation.open({ kind: 'payment', id })} />
          </li>
        ))}
      </ul>
      {error !== null && <p className="form-error">{error}</p>}
      {next !== null && (
        <button type="button" className="plain" onClick={() => void run(() => load(next))}>
          {t('money.more')}
        </button>
      )}
      <StatementForm currency={currency} app={app} />
    </section>
  );
}

function EntryLine({ entry, onOpen }: { readonly entry: Entry; readonly onOpen: (payment: number) => void }): JSX.Element {
  const amount = `${entry.amount > 0 ? '+' : ''}${money(entry.amount, entry.currency)}`;
  const content = (
    <>
      <span className="entry-what">
        <strong>{entry.title !== '' ? entry.title : kindText(entry.kind)}</strong>
        <span className="quiet">
          {[entry.with ? titleOf(entry.with) : null, entry.title !== '' ? kindText(entry.kind) : null, formatMoment(entry.date)]
            .filter(Boolean)
            .join(' · ')}
        </span>
      </span>
      <span className={entry.amount > 0 ? 'entry-amount in' : 'entry-amount'}>
        {amount}
        <span className="quiet">{money(entry.balance, entry.currency)}</span>
      </span>
    </>
  );
  const { payment } = entry;
  if (payment === null) return <div className="entry">{content}</div>;
  return (
    <button type="button" className="entry" data-testid="entry" onClick={() => onOpen(payment)}>
      {content}
    </button>
  );
}

const day = (date: Date): string => date.toISOString().slice(0, 10);

function StatementForm({ currency, app }: { readonly currency: string; readonly app: string | null }): JSX.Element {
  const client = useClient();
  const now = new Date();
  const [from, setFrom] = useState(day(new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), 1))));
  const [to, setTo] = useState(day(new Date(now.getTime() + 86_400_000)));
  const { busy, error, run } = useAction();
  const save = (format: 'csv' | 'camt053'): void =>
    void run(async () => {
      const blob = await client.money.api.statement(currency, from, to, format, app);
      const url = URL.createObjectURL(blob);
      const link = document.createElement('a');
      link.href = url;
      link.download = `statement-${currency}-${from}.${format === 'csv' ? 'csv' : 'xml'}`;
      link.click();
      setTimeout(() => URL.revokeObjectURL(url), 60_000);
    });
  return (
    <details className="statement">
      <summary>{t('money.statement')}</summary>
      <div className="statement-form">
        <label className="field">
          <span>{t('money.statement.from')}</span>
          <input type="date" value={from} onChange={(event) => setFrom(event.target.value)} />
        </label>
        <label className="field">
          <span>{t('money.statement.to')}</span>
          <input type="date" value={to} onChange={(event) => setTo(event.target.value)} />
        </label>
        <button type="button" className="plain" data-testid="statement-csv" disabled={busy} onClick={() => save('csv')}>
          CSV
        </button>
        <button type="button" className="plain" disabled={busy} onClick={() => save('camt053')}>
          camt.053
        </button>
      </div>
      {error !== null && <p className="form-error">{error}</p>}
    </details>
  );
}
