import { useState } from 'react';
import { useClient } from '../../hooks/useClient';
import { useFileUrl } from '../../hooks/useFileUrl';
import { t } from '../../i18n';
import { formatSize } from '../../i18n/format';
import type { Attachment } from '../../model';
import { Icon } from '../common/Icon';
import { Spinner } from '../common/Spinner';
import { Lightbox } from '../dialogs/Lightbox';

const WIDEST = 360;
const TALLEST = 380;
const SMALLEST = 96;

export function Attachments({ items }: { readonly items: readonly Attachment[] }): JSX.Element {
  return (
    <div className="attachments">
      {items.map((item, index) =>
        item.type === 'photo' ? <Photo key={index} photo={item} /> : <File key={index} file={item} />,
      )}
    </div>
  );
}

function Photo({ photo }: { readonly photo: Attachment }): JSX.Element {
  const url = useFileUrl(photo.file);
  const [open, setOpen] = useState(false);
  // The place is kept before the bytes come, so that nothing moves when they do.
  const { width, height } = fit(photo);
  return (
    <>
      <button
        type="button"
        className="photo"
        data-testid="photo"
        style={{ width, aspectRatio: `${width} / ${height}` }}
        aria-label={t('photo.open', { name: photo.name })}
        onClick={() => setOpen(true)}
      >
        {url === null && <Spinner />}
        {url === 'failed' && <span className="photo-failed">{t('photo.failed')}</span>}
        {url !== null && url !== 'failed' && <img src={url} alt={photo.name} draggable={false} />}
      </button>
      {open && url !== null && url !== 'failed' && <Lightbox photo={photo} onClose={() => setOpen(false)} />}
    </>
  );
}

function fit(photo: Attachment): { readonly width: number; readonly height: number } {
  if (!photo.width || !photo.height) return { width: 280, height: 210 };
  const scale = Math.min(1, WIDEST / photo.width, TALLEST / photo.height);
  return {
    width: Math.max(SMALLEST, Math.round(photo.width * scale)),
    height: Math.max(SMALLEST, Math.round(photo.height * scale)),
  };
}

function File({ file }: { readonly file: Attachment }): JSX.Element {
  const client = useClient();
  const [busy, setBusy] = useState(false);
  const size = formatSize(file.size);
  const download = async (): Promise<void> => {
    if (busy) return;
    setBusy(true);
    try {
      await client.files.download(file.file, file.name);
    } catch {
      client.toast('error', t('file.failed'));
    } finally {
      setBusy(false);
    }
  };
  return (
    <button
      type="button"
      className="file"
      data-testid="file"
      aria-label={t('file.download', { name: file.name, size })}
      onClick={() => void download()}
    >
      <span className="file-icon">{busy ? <Spinner small /> : <Icon name="file" />}</span>
      <span className="file-text">
        <span className="file-name">{file.name}</span>
        <span className="quiet">{size}</span>
      </span>
    </button>
  );
}
