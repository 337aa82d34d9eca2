import { useRef, useState, type FormEvent } from 'react';
import { describe } from '../client/messages';
import { Icon } from '../components/common/Icon';
import { useClient } from '../hooks/useClient';
import { t } from '../i18n';
import { formatSize } from '../i18n/format';
import { ApiError } from '../transport/errors';
import { MAX_NOTES, PublisherApi, type Release } from './api';
import { linesOf } from './checks';
import { Lines } from './Lines';

/** Sends in a signed package. Which publisher and app it is for stands in the package. */
export function Upload({ onSent }: { readonly onSent: () => Promise<void> }): JSX.Element {
  const client = useClient();
  const picker = useRef<HTMLInputElement>(null);
  const [file, setFile] = useState<File | null>(null);
  const [notes, setNotes] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [sent, setSent] = useState<Release | null>(null);
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (!file || busy) return;
    setBusy(true);
    setError(null);
    setSent(null);
    try {
      setSent(await new PublisherApi(client.rest).submit(file, notes.trim()));
      setFile(null);
      setNotes('');
      await onSent();
    } catch (reason) {
      setError(reason);
    } finally {
      setBusy(false);
    }
  };
  return (
    <section className="card">
      <h3>{t('upload.title')}</h3>
      <p className="quiet">{t('upload.about')}</p>
      <form className="stack" onSubmit={(event) => void submit(event)}>
        <input
          ref={picker}
          type="file"
          hidden
          data-testid="publisher-package"
          onChange={(event) => {
            setFile(event.target.files?.[0] ?? null);
            setError(null);
            setSent(null);
            // The same file, made anew, may be picked again.
            event.target.value = '';
          }}
        />
        <button type="button" className="file-choice" onClick={() => picker.current?.click()}>
          <Icon name="file" />
          {file ? (
            <span>
              <strong>{file.name}</strong> <span className="quiet">{formatSize(file.size)}</span>
            </span>
          ) : (
            <span>{t('upload.choose')}</span>
          )}
        </button>
        <label className="field">
          <span>{t('upload.notes')}</span>
          <textarea
            data-testid="publisher-notes"
            rows={2}
            maxLength={MAX_NOTES}
            placeholder={t('upload.notesHint')}
            value={notes}
            onChange={(event) => setNotes(event.target.value)}
          />
        </label>
        {error !== null && <Refusal error={error} />}
        {sent && (
          <div className="notice" role="status" data-testid="publisher-sent">
            <p>{t('upload.sent', { app: sent.title, version: sent.version })}</p>
            {linesOf(sent.findings).length > 0 && (
              <>
                <h4>{t('release.findings')}</h4>
                <Lines text={sent.findings} />
              </>
            )}
          </div>
        )}
        <div className="form-buttons">
          <button type="submit" className="primary" data-testid="publisher-upload" disabled={busy || !file}>
            {t(busy ? 'upload.busy' : 'upload.submit')}
          </button>
        </div>
      </form>
    </section>
  );
}

function Refusal({ error }: { readonly error: unknown }): JSX.Element {
  if (error instanceof ApiError && error.code === 'package_refused') {
    return (
      <div className="notice bad" role="alert" data-testid="publisher-refused">
        <p>
          <strong>{t('upload.refused')}</strong>
        </p>
        <Lines text={error.message} />
      </div>
    );
  }
  return (
    <p className="form-error" role="alert">
      {describe(error)}
    </p>
  );
}
