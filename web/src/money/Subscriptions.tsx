import { useCallback, useEffect, useState } from 'react';
import { useAction } from '../hooks/useAction';
import { useClient } from '../hooks/useClient';
import { useLoad } from '../hooks/useLoad';
import { t } from '../i18n';
import { money } from './amount';
import { titleOf, type Subscription } from './model';
import { periodText, subscriptionState } from './texts';

/** What the person pays every period. One tap ends it, a second one says that it was meant. */
export function Subscriptions({ changes }: { readonly changes: number }): JSX.Element | null {
  const { money: store } = useClient();
  const all = useLoad(useCallback(() => store.api.subscriptions(), [store]));
  const { reload } = all;
  useEffect(() => {
    if (changes > 0) void reload();
  }, [changes, reload]);
  const shown = (all.value ?? []).filter(({ state }) => state !== 'offered' && state !== 'expired');
  if (shown.length === 0) return null;
  return (
    <section className="page-section" aria-label={t('money.subscriptions')}>
      <h3>{t('money.subscriptions')}</h3>
      <ul className="entries">
        {shown.map((subscription) => (
          <Line key={subscription.id} subscription={subscription} onEnded={reload} />
        ))}
      </ul>
    </section>
  );
}

function Line(props: { readonly subscription: Subscription; readonly onEnded: () => Promise<void> }): JSX.Element {
  const { subscription, onEnded } = props;
  const { money: store } = useClient();
  const [sure, setSure] = useState(false);
  const { busy, error, run } = useAction();
  const end = (): void =>
    void run(async () => {
      store.put('subscription', subscription.id, await store.api.endSubscription(subscription.id, 'cancel'));
      await onEnded();
    });
  return (
    <li className="entry" data-testid="subscription" data-state={subscription.state}>
      <span className="entry-what">
        <strong>{subscription.title}</strong>
        <span className="quiet">
          {`${titleOf(subscription.payee)} · ${money(subscription.amount, subscription.currency)}`}{' '}
          {periodText(subscription.period)}
        </span>
        <span className="quiet">{error ?? subscriptionState(subscription)}</span>
      </span>
      {subscription.can.includes('cancel') && (
        <button
          type="button"
          className={sure ? 'danger' : 'plain'}
          data-testid={sure ? 'subscription-cancel-sure' : 'subscription-cancel'}
          disabled={busy}
          onClick={() => (sure ? end() : setSure(true))}
          onBlur={() => setSure(false)}
        >
          {t(sure ? 'money.subscription.sure' : 'money.subscription.end')}
        </button>
      )}
    </li>
  );
}
