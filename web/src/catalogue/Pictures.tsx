import { useState } from 'react';
import { IconButton } from '../components/common/IconButton';
import { Dialog } from '../components/dialogs/Dialog';
import { t } from '../i18n';

interface Props {
  readonly title: string;
  readonly pictures: readonly string[];
}

/** A strip of pictures to be moved sideways; one is shown in full when it is pressed. */
export function Pictures({ title, pictures }: Props): JSX.Element {
  const [shown, setShown] = useState<number | null>(null);
  const address = shown === null ? undefined : pictures[shown];
  const name = (index: number): string => t('app.picture', { title, number: index + 1 });
  return (
    <>
      <ul className="pictures" aria-label={t('app.pictures')}>
        {pictures.map((picture, index) => (
          <li key={picture}>
            <button type="button" data-testid="app-picture" aria-label={name(index)} onClick={() => setShown(index)}>
              <img src={picture} alt="" loading="lazy" />
            </button>
          </li>
        ))}
      </ul>
      {shown !== null && address !== undefined && (
        <Dialog label={name(shown)} onClose={() => setShown(null)} className="lightbox">
          <img src={address} alt={name(shown)} onClick={() => setShown(null)} />
          <div className="lightbox-bar">
            <IconButton icon="close" label={t('common.close')} data-autofocus onClick={() => setShown(null)} />
          </div>
        </Dialog>
      )}
    </>
  );
}
