import { useRef, useState, type FormEvent } from 'react';
import { useAction } from '../../hooks/useAction';
import { useClient } from '../../hooks/useClient';
import { adoptLanguage, t } from '../../i18n';
import type { LanguageTag, Me } from '../../model';
import { Avatar } from '../common/Avatar';
import { ContactList } from './ContactList';
import { Dialog } from './Dialog';

/** Each language by the name that its speakers know it by. */
const LANGUAGES: readonly { readonly tag: LanguageTag; readonly name: string }[] = [
  { tag: 'en', name: 'English' },
  { tag: 'ru', name: 'Русский' },
];

const PICTURES = ['image/png', 'image/jpeg', 'image/gif', 'image/webp'];

/** How the person appears to others, in which language, and what is verified about them. */
export function ProfileDialog({ me, onClose }: { readonly me: Me; readonly onClose: () => void }): JSX.Element {
  const client = useClient();
  const [display, setDisplay] = useState(me.display);
  const [picture, setPicture] = useState(me.picture ?? null);
  const [language, setLanguage] = useState(me.language ?? null);
  const saving = useAction();
  const uploading = useAction();
  const file = useRef<HTMLInputElement>(null);
  const changed =
    display.trim() !== me.display || picture !== (me.picture ?? null) || language !== (me.language ?? null);

  const choose = (chosen: File | undefined): void => {
    if (!chosen) return;
    if (!PICTURES.includes(chosen.type)) return client.toast('error', t('profile.picture.notImage'));
    void uploading.run(async () => setPicture((await client.rest.upload(chosen, () => undefined)).id));
  };
  const save = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const saved = await saving.run(async () => {
      const next = await client.rest.changeMe({
        ...(display.trim() !== me.display ? { display: display.trim() } : {}),
        ...(picture !== (me.picture ?? null) ? { picture } : {}),
        ...(language !== (me.language ?? null) ? { language } : {}),
      });
      client.store.dispatch({ type: 'me', me: next });
      // All texts are chosen when the page starts.
      if (adoptLanguage(next.language ?? null)) location.reload();
    });
    if (saved) client.toast('info', t('profile.saved'));
  };

  return (
    <Dialog label={t('profile.title')} onClose={onClose} className="profile">
      <h2 tabIndex={-1} data-autofocus>
        {t('profile.title')}
      </h2>
      <form onSubmit={(event) => void save(event)}>
        <div className="profile-picture">
          <Avatar id={me.id} name={display || me.name} size="large" picture={picture} />
          <div className="profile-picture-buttons">
            <button
              type="button"
              className="soft small-button"
              disabled={uploading.busy}
              onClick={() => file.current?.click()}
            >
              {t('profile.picture.choose')}
            </button>
            {picture !== null && (
              <button type="button" className="plain small-button" onClick={() => setPicture(null)}>
                {t('profile.picture.remove')}
              </button>
            )}
          </div>
          <input
            ref={file}
            type="file"
            hidden
            accept={PICTURES.join(',')}
            aria-label={t('profile.picture.choose')}
            data-testid="profile-picture"
            onChange={(event) => {
              choose(event.target.files?.[0]);
              event.target.value = '';
            }}
          />
        </div>
        <p className="form-error" role="alert">
          {uploading.error}
        </p>
        <label className="field">
          <span>{t('profile.name')}</span>
          <input
            data-testid="profile-display"
            autoComplete="name"
            maxLength={64}
            value={display}
            onChange={(event) => setDisplay(event.target.value)}
          />
        </label>
        <label className="field">
          <span>{t('profile.language')}</span>
          <select
            data-testid="profile-language"
            value={language ?? ''}
            onChange={(event) => setLanguage(LANGUAGES.find(({ tag }) => tag === event.target.value)?.tag ?? null)}
          >
            <option value="">{t('profile.language.auto')}</option>
            {LANGUAGES.map(({ tag, name }) => (
              <option key={tag} value={tag} lang={tag}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <p className="form-error" role="alert">
          {saving.error}
        </p>
        <button
          type="submit"
          className="primary"
          data-testid="profile-save"
          disabled={saving.busy || uploading.busy || !changed || display.trim() === ''}
        >
          {t('profile.save')}
        </button>
      </form>
      <ContactList />
      <div className="dialog-buttons">
        <button type="button" className="plain" onClick={onClose}>
          {t('common.close')}
        </button>
      </div>
    </Dialog>
  );
}
