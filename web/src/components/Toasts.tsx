import { useClient, useSelect } from '../hooks/useClient';
import { t } from '../i18n';
import { IconButton } from './common/IconButton';
import { Dialog } from './dialogs/Dialog';

/** Short notices at the bottom; those that a bot wants confirmed come as a dialog. */
export function Toasts(): JSX.Element {
  const { store } = useClient();
  const toasts = useSelect((state) => state.toasts);
  // Nothing of a bot's may lie over a question for the person's consent: while one is open, alerts are ordinary notices.
  const isAsked = useSelect((state) => state.consents.length > 0);
  const dismiss = (id: number): void => store.dispatch({ type: 'toastGone', id });
  const alert = isAsked ? undefined : toasts.find((toast) => toast.kind === 'alert');
  return (
    <>
      <div className="toasts" role="status" aria-live="polite">
        {toasts
          .filter((toast) => isAsked || toast.kind !== 'alert')
          .map((toast) => (
            <div key={toast.id} className={`toast ${toast.kind}`} data-testid="toast">
              <span>{toast.text}</span>
              <IconButton icon="close" label={t('common.close')} onClick={() => dismiss(toast.id)} />
            </div>
          ))}
      </div>
      {alert && (
        <Dialog key={alert.id} label={alert.text} onClose={() => dismiss(alert.id)}>
          <p className="dialog-text" data-testid="toast">
            {alert.text}
          </p>
          <div className="dialog-buttons">
            <button type="button" className="primary" autoFocus onClick={() => dismiss(alert.id)}>
              {t('common.ok')}
            </button>
          </div>
        </Dialog>
      )}
    </>
  );
}
