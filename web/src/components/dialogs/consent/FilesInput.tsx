import { useEffect, useRef, useState } from 'react';
import { describe } from '../../../client/messages';
import { useClient } from '../../../hooks/useClient';
import { t } from '../../../i18n';
import { formatSize } from '../../../i18n/format';
import type { UploadedFile } from '../../../model';
import { randomNonce } from '../../../transport/outbox';
import { Icon } from '../../common/Icon';
import { IconButton } from '../../common/IconButton';

interface Props {
  readonly most: number;
  /** Null while something is on its way, or nothing is there. */
  readonly onPick: (files: readonly UploadedFile[] | null) => void;
}

interface Item {
  readonly key: string;
  readonly name: string;
  readonly size: number;
  readonly progress: number;
  readonly error: string | null;
  readonly file: UploadedFile | null;
}

/** Files that the person picks; they are on this server, for nobody but the person, until they agree. */
export function FilesInput({ most, onPick }: Props): JSX.Element {
  const client = useClient();
  const [items, setItems] = useState<readonly Item[]>([]);
  const [tooMany, setTooMany] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const running = useRef(new Map<string, AbortController>());
  useEffect(() => () => running.current.forEach((abort) => abort.abort()), []);

  const change = (key: string, change: Partial<Item>): void =>
    setItems((now) => now.map((item) => (item.key === key ? { ...item, ...change } : item)));
  useEffect(() => {
    const done = items.flatMap((item) => (item.file ? [item.file] : []));
    onPick(done.length > 0 && done.length === items.length ? done : null);
    // Whoever asks for the files is told when they change, not when it is drawn anew.
  }, [items]);

  const upload = async (key: string, chosen: File): Promise<void> => {
    const abort = new AbortController();
    running.current.set(key, abort);
    try {
      const file = await client.rest.upload(chosen, (progress) => change(key, { progress }), abort.signal);
      // As the server knows it: what is shown is what the app gets.
      change(key, { file, name: file.name, size: file.size, progress: 1 });
    } catch (error) {
      change(key, { error: describe(error) });
    } finally {
      running.current.delete(key);
    }
  };
  const add = (files: readonly File[]): void => {
    const room = Math.max(0, most - items.length);
    setTooMany(files.length > room);
    const added = files.slice(0, room).map((chosen) => ({ chosen, key: randomNonce() }));
    setItems([
      ...items,
      ...added.map(({ chosen, key }) => ({ key, name: chosen.name, size: chosen.size, progress: 0, error: null, file: null })),
    ]);
    for (const { chosen, key } of added) void upload(key, chosen);
  };
  const remove = (key: string): void => {
    running.current.get(key)?.abort();
    setTooMany(false);
    setItems(items.filter((item) => item.key !== key));
  };
  return (
    <div className="pick">
      {/* Before the list, so that it does not move away from under the finger. */}
      <button
        type="button"
        className="soft pick-here"
        disabled={items.length >= most}
        onClick={() => input.current?.click()}
      >
        <Icon name="paperclip" />
        {t('consent.files.choose', { count: most })}
      </button>
      <input
        ref={input}
        type="file"
        hidden
        multiple={most > 1}
        data-testid="consent-files"
        aria-label={t('consent.files.choose', { count: most })}
        onChange={(event) => {
          add([...(event.target.files ?? [])]);
          // The same file again is a change too.
          event.target.value = '';
        }}
      />
      <p className="form-error" role="alert">
        {tooMany ? t('consent.files.tooMany', { count: most }) : null}
      </p>
      {items.length > 0 && (
        <ul className="tray pick-files">
          {items.map((item) => (
            <li key={item.key} className={item.error === null ? 'tray-item' : 'tray-item failed'} data-testid="consent-file">
              <Icon name={item.error === null ? 'file' : 'warning'} />
              <div className="tray-text">
                <span className="file-name">{item.name}</span>
                {item.error === null ? <span className="quiet">{formatSize(item.size)}</span> : <span>{item.error}</span>}
                {item.error === null && item.file === null && (
                  <progress max={1} value={item.progress} aria-label={t('composer.uploading', { name: item.name })} />
                )}
              </div>
              <IconButton
                icon="close"
                label={t('composer.removeFile', { name: item.name })}
                onClick={() => remove(item.key)}
              />
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
