import { useCallback } from 'react';
import { useClient } from '../hooks/useClient';
import { useLoad } from '../hooks/useLoad';

/** The currencies that the person has money in; empty while they load. */
export function useCurrencies(): readonly string[] {
  const { money } = useClient();
  const wallet = useLoad(useCallback(() => money.api.wallet(), [money]));
  return (wallet.value?.balances ?? []).map((balance) => balance.currency);
}
