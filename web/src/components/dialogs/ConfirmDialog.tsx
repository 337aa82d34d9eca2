import { t } from '../../i18n';
import { Dialog } from './Dialog';

interface Props {
  readonly title: string;
  readonly text: string;
  readonly confirm: string;
  readonly testId?: string;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
}

/** Asks before something that cannot be taken back. */
export function ConfirmDialog({ title, text, confirm, testId, onConfirm, onClose }: Props): JSX.Element {
  return (
    <Dialog label={title} onClose={onClose} className="narrow">
      <h2>{title}</h2>
      <p className="dialog-text">{text}</p>
      <div className="dialog-buttons">
        <button type="button" className="plain" onClick={onClose}>
          {t('common.cancel')}
        </button>
        <button
          type="button"
          className="danger"
          data-autofocus
          data-testid={testId}
          onClick={() => {
            onConfirm();
            onClose();
          }}
        >
          {confirm}
        </button>
      </div>
    </Dialog>
  );
}
