import { useSelect } from '../../hooks/useClient';
import { t } from '../../i18n';
import { Spinner } from '../common/Spinner';

/** Says when there is no connection. Always in the page, so that screen readers hear it change. */
export function ConnectionBanner(): JSX.Element {
  const connection = useSelect((state) => state.connection);
  const online = connection === 'online';
  return (
    <div role="status">
      <div className="connection" data-testid="connection" data-state={connection} hidden={online}>
        {!online && (
          <>
            <Spinner small />
            <span>{t(connection === 'offline' ? 'connection.offline' : 'connection.connecting')}</span>
          </>
        )}
      </div>
    </div>
  );
}
