import { useCallback, useEffect, useState, type FormEvent } from 'react';
import { useAction } from '../hooks/useAction';
import { useClient } from '../hooks/useClient';
import { useLoad } from '../hooks/useLoad';
import { t } from '../i18n';
import { formatMoment } from '../i18n/format';
import { money } from './amount';
import { titleOf, type Dispute } from './model';

/** The person's own disputes; nothing where there is none. */
export function MyDisputes({ changes }: { readonly changes: number }): JSX.Element | null {
  const client = useClient();
  const found = useLoad(useCallback(() => client.money.api.disputes('payer'), [client]));
  const { reload } = found;
  useEffect(() => {
    if (changes > 0) void reload();
  }, [changes, reload]);
  if (!found.value || found.value.length === 0) return null;
  return (
    <section className="page-section" aria-label={t('money.disputes')}>
      <h3>{t('money.disputes')}</h3>
      <ul className="entries">
        {found.value.map((dispute) => (
          <li key={dispute.id}>
            <button
              type="button"
              className="entry"
              onClick={() => client.navigation.open({ kind: 'payment', id: dispute.payment.id })}
            >
              <span className="entry-what">
                <strong>{dispute.payment.title}</strong>
                <span className="quiet">{t(`money.dispute.state.${dispute.state}`)}</span>
              </span>
              <span className="entry-amount">{money(dispute.amount, dispute.payment.currency)}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** One dispute: what both sides say, what was decided, and what the person may do. */
export function DisputeView({ id, onDone }: { readonly id: number; readonly onDone?: () => void }): JSX.Element | null {
  const client = useClient();
  const dispute = useLoad(useCallback(() => client.money.api.disputed(id), [client, id]));
  if (!dispute.value) return null;
  const reload = (): void => {
    void dispute.reload();
    onDone?.();
  };
  return <DisputeContent dispute={dispute.value} onChanged={reload} />;
}

export function DisputeContent(props: { readonly dispute: Dispute; readonly onChanged: () => void }): JSX.Element {
  const { dispute, onChanged } = props;
  const client = useClient();
  const { api } = client.money;
  const [text, setText] = useState('');
  const { busy, error, run } = useAction();
  const act = async (what: () => Promise<unknown>): Promise<void> => {
    if (!(await run(what))) return;
    setText('');
    onChanged();
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    void act(() => api.addEvidence(dispute.id, text));
  };
  return (
    <section className="page-section dispute" data-testid="dispute-view" data-state={dispute.state}>
      <h3>{t('money.dispute.about', { amount: money(dispute.amount, dispute.payment.currency) })}</h3>
      <p className="quiet">
        {[
          t(`money.dispute.${dispute.reason}`),
          t(`money.dispute.state.${dispute.state}`),
          formatMoment(dispute.opened_at),
        ].join(' · ')}
      </p>
      <ul className="statements">
        <li>
          <strong>{dispute.payment.payer ? titleOf(dispute.payment.payer) : ''}</strong>
          <p>{dispute.text}</p>
        </li>
        {dispute.evidence.map((evidence, index) => (
          <li key={index}>
            <strong>{titleOf(evidence.by)}</strong>
            <p>{evidence.text}</p>
          </li>
        ))}
      </ul>
      {dispute.decision && (
        <p>
          {t(dispute.decision.for === 'payer' ? 'money.dispute.forPayer' : 'money.dispute.forBusiness')} {dispute.decision.text}
        </p>
      )}
      {dispute.can.length > 0 && (
        <form className="money-form" onSubmit={submit}>
          <label className="field">
            <span>{t('money.dispute.say')}</span>
            <textarea rows={2} maxLength={2000} data-testid="dispute-text" value={text} onChange={(event) => setText(event.target.value)} />
          </label>
          <p className="form-error" role="alert">
            {error}
          </p>
          <div className="dialog-buttons">
            {dispute.can.includes('withdraw') && (
              <button type="button" className="plain" disabled={busy} onClick={() => void act(() => api.withdraw(dispute.id))}>
                {t('money.dispute.withdraw')}
              </button>
            )}
            {dispute.can.includes('answer') && (
              <button type="submit" className="primary" data-testid="dispute-answer" disabled={busy || text.trim() === ''}>
                {t('money.dispute.send')}
              </button>
            )}
            {dispute.can.includes('decide') &&
              (['payer', 'business'] as const).map((side) => (
                <button
                  key={side}
                  type="button"
                  className="plain"
                  data-testid={`decide-${side}`}
                  disabled={busy}
                  onClick={() => void act(() => api.decide(dispute.id, side, text))}
                >
                  {t(side === 'payer' ? 'money.dispute.decidePayer' : 'money.dispute.decideBusiness')}
                </button>
              ))}
          </div>
        </form>
      )}
    </section>
  );
}
