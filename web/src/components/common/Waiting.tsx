import { describe } from '../../client/messages';
import { t } from '../../i18n';
import { Spinner } from './Spinner';

/** Stands where something is loaded, or could not be. */
export function Waiting({ error, onRetry }: { readonly error: unknown; readonly onRetry: () => void }): JSX.Element {
  if (error === null) {
    return (
      <div className="page-wait" role="status">
        <Spinner />
        <span className="sr-only">{t('app.loading')}</span>
      </div>
    );
  }
  return (
    <div className="page-wait" role="alert">
      <p>{describe(error)}</p>
      <button type="button" className="soft" onClick={onRetry}>
        {t('common.retry')}
      </button>
    </div>
  );
}
