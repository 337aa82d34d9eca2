import { useClient } from '../../hooks/useClient';
import { t } from '../../i18n';
import { formatSize } from '../../i18n/format';
import type { Upload } from '../../state/state';
import { Icon } from '../common/Icon';
import { IconButton } from '../common/IconButton';

interface Props {
  readonly chat: number;
  readonly uploads: readonly Upload[];
}

/** Files that go with the next message, while they upload and after. */
export function AttachmentTray({ chat, uploads }: Props): JSX.Element {
  const client = useClient();
  return (
    <ul className="tray">
      {uploads.map((upload) => (
        <li key={upload.key} className={upload.error === null ? 'tray-item' : 'tray-item failed'} data-testid="upload">
          <Icon name={upload.error === null ? 'file' : 'warning'} />
          <div className="tray-text">
            <span className="file-name">{upload.name}</span>
            {upload.error === null ? <span className="quiet">{formatSize(upload.size)}</span> : <span>{upload.error}</span>}
            {upload.error === null && upload.attachment === null && (
              <progress max={1} value={upload.progress} aria-label={t('composer.uploading', { name: upload.name })} />
            )}
          </div>
          {upload.error !== null && (
            <IconButton icon="retry" label={t('common.retry')} onClick={() => client.uploads.retry(chat, upload.key)} />
          )}
          <IconButton
            icon="close"
            label={t('composer.removeFile', { name: upload.name })}
            onClick={() => client.uploads.detach(chat, upload.key)}
          />
        </li>
      ))}
    </ul>
  );
}
