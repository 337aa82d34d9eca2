import { useCallback } from 'react';
import { Waiting } from '../components/common/Waiting';
import { useClient } from '../hooks/useClient';
import { useLoad } from '../hooks/useLoad';
import { t } from '../i18n';
import { DisputeContent } from '../money/Disputes';
import { titleOf } from '../money/model';

/** Disputes that wait for a decision, oldest first. */
export function DisputesSection(): JSX.Element {
  const client = useClient();
  const open = useLoad(useCallback(() => client.money.api.disputes('operator'), [client]));
  if (!open.value) return <Waiting error={open.error} onRetry={() => void open.reload()} />;
  if (open.value.length === 0) return <p className="page-wait">{t('console.disputes.none')}</p>;
  return (
    <>
      {open.value.map((dispute) => (
        <section key={dispute.id} className="card" aria-label={dispute.payment.title}>
          <p>
            <strong>{dispute.payment.title}</strong>{' '}
            <span className="quiet">{t('money.to', { name: titleOf(dispute.payment.payee) })}</span>
          </p>
          <DisputeContent dispute={dispute} onChanged={() => void open.reload()} />
        </section>
      ))}
    </>
  );
}
