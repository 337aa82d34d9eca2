import { useFileUrl } from '../../hooks/useFileUrl';
import { useClient } from '../../hooks/useClient';
import { t } from '../../i18n';
import { formatSize } from '../../i18n/format';
import type { Attachment } from '../../model';
import { IconButton } from '../common/IconButton';
import { Dialog } from './Dialog';

/** One photo in full. */
export function Lightbox({ photo, onClose }: { readonly photo: Attachment; readonly onClose: () => void }): JSX.Element {
  const client = useClient();
  const url = useFileUrl(photo.file);
  const download = (): void => {
    client.files.download(photo.file, photo.name).catch(() => client.toast('error', t('file.failed')));
  };
  return (
    <Dialog label={photo.name} onClose={onClose} className="lightbox">
      {url && url !== 'failed' && <img src={url} alt={photo.name} onClick={onClose} />}
      <div className="lightbox-bar">
        <IconButton
          icon="download"
          label={t('file.download', { name: photo.name, size: formatSize(photo.size) })}
          onClick={download}
        />
        <IconButton icon="close" label={t('common.close')} data-autofocus onClick={onClose} />
      </div>
    </Dialog>
  );
}
