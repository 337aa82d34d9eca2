import { useCallback, useEffect, useState } from 'react';
import { useClient } from '../hooks/useClient';
import { useLoad } from '../hooks/useLoad';
import { t } from '../i18n';
import { PageFrame } from '../components/common/PageFrame';
import { Waiting } from '../components/common/Waiting';
import { Dialog } from '../components/dialogs/Dialog';
import { money } from './amount';
import { Entries } from './Entries';
import { LimitsForm } from './LimitsForm';
import { Links } from './Links';
import type { Wallet } from './model';
import { OpenPayments } from './OpenPayments';
import { SetPin } from './Pin';
import { TopUps } from './TopUps';
import { Subscriptions } from './Subscriptions';
import { MyDisputes } from './Disputes';
import { useWalletChanges } from './useMoney';

/** What the person has, what moved, and what they have set for paying. */
export function WalletPage(): JSX.Element {
  const { money: store } = useClient();
  const wallet = useLoad(useCallback(() => store.api.wallet(), [store]));
  const changes = useWalletChanges();
  const { reload } = wallet;
  useEffect(() => {
    if (changes > 0) void reload();
  }, [changes, reload]);
  return (
    <PageFrame title={t('money.wallet')} testId="wallet" ready={wallet.value !== null}>
      {wallet.value ? (
        <Content wallet={wallet.value} changes={changes} reload={wallet.reload} />
      ) : (
        <Waiting error={wallet.error} onRetry={() => void wallet.reload()} />
      )}
    </PageFrame>
  );
}

function Content(props: {
  readonly wallet: Wallet;
  readonly changes: number;
  readonly reload: () => Promise<void>;
}): JSX.Element {
  const { wallet, changes, reload } = props;
  const currencies = wallet.balances.map((balance) => balance.currency);
  const [chosen, setChosen] = useState<string | null>(null);
  const currency = chosen !== null && currencies.includes(chosen) ? chosen : currencies[0] ?? null;
  return (
    <>
      <section aria-label={t('money.balances')} className="balances">
        {wallet.balances.map((balance) => (
          <button
            key={balance.currency}
            type="button"
            className="balance"
            data-testid={`balance-${balance.currency}`}
            aria-pressed={balance.currency === currency}
            onClick={() => setChosen(balance.currency)}
          >
            <strong>{money(balance.available, balance.currency)}</strong>
            <span className="quiet">
              {balance.held > 0 ? t('money.held', { amount: money(balance.held, balance.currency) }) : balance.currency}
            </span>
          </button>
        ))}
        {wallet.balances.length === 0 && <p className="quiet">{t('money.empty')}</p>}
      </section>
      <OpenPayments changes={changes} />
      {currency !== null && <Entries key={currency} currency={currency} changes={changes} app={null} />}
      <TopUps providers={wallet.providers} currencies={currencies} changes={changes} />
      <Subscriptions changes={changes} />
      <Links currencies={currencies} />
      <MyDisputes changes={changes} />
      <Safety wallet={wallet} currency={currency ?? 'RUB'} reload={reload} />
    </>
  );
}

function Safety(props: {
  readonly wallet: Wallet;
  readonly currency: string;
  readonly reload: () => Promise<void>;
}): JSX.Element {
  const { wallet, currency, reload } = props;
  const [asking, setAsking] = useState(false);
  const limits = wallet.limits.find((item) => item.currency === currency) ?? null;
  return (
    <section className="page-section">
      <h3>{t('money.safety')}</h3>
      <p className="quiet">{t(wallet.pin ? 'money.pin.isSet' : 'money.pin.missing')}</p>
      <button type="button" className="plain" data-testid="pin-change" onClick={() => setAsking(true)}>
        {t(wallet.pin ? 'money.pin.change' : 'money.pin.set')}
      </button>
      {asking && (
        <Dialog label={t('money.pin.set')} className="narrow" onClose={() => setAsking(false)}>
          <SetPin
            hasPin={wallet.pin}
            onCancel={() => setAsking(false)}
            onDone={() => {
              setAsking(false);
              void reload();
            }}
          />
        </Dialog>
      )}
      <LimitsForm
        key={`${currency} ${JSON.stringify(limits)}`}
        currency={currency}
        limits={limits}
        hasPin={wallet.pin}
        onSaved={reload}
      />
    </section>
  );
}
