import { Dialog } from '../components/dialogs/Dialog';
import { t } from '../i18n';
import { FoundForm } from './FoundForm';

interface Props {
  readonly onFounded: (name: string) => void;
  readonly onClose: () => void;
}

/** For a person who belongs to a publisher already and founds another. */
export function FoundDialog({ onFounded, onClose }: Props): JSX.Element {
  return (
    <Dialog label={t('publish.found')} onClose={onClose}>
      <h2>{t('publish.found')}</h2>
      <FoundForm onFounded={onFounded} onCancel={onClose} />
    </Dialog>
  );
}
