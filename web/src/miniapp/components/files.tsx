import { useEffect, useRef, useState } from 'react';
import { describe } from '../../client/messages';
import { IconButton } from '../../components/common/IconButton';
import { useClient } from '../../hooks/useClient';
import { useFileUrl } from '../../hooks/useFileUrl';
import { t } from '../../i18n';
import { formatSize } from '../../i18n/format';
import { randomNonce } from '../../transport/outbox';
import { MiniIcon } from '../icons';
import { listOf, numberOf, propsOf, textOf } from '../node';
import { useValue, type PartProps } from './context';
import { FieldError, Star, useField } from './field';
import type { Parts } from './NodeView';

/** A file that was picked. `file` is null while it goes up, or when it could not. */
interface Picked {
  readonly key: string;
  readonly file: number | null;
  readonly name: string;
  readonly size: number;
}

const MOST = 10;

function pickedOf(value: unknown): readonly Picked[] {
  return listOf(value).flatMap((entry) => {
    if (typeof entry === 'number') return [{ key: String(entry), file: entry, name: t('message.file'), size: 0 }];
    return typeof (entry as Picked | null)?.key === 'string' ? [entry as Picked] : [];
  });
}

function fileField(photo: boolean): (props: PartProps) => JSX.Element {
  return function FileField(props: PartProps): JSX.Element {
    const client = useClient();
    const field = useField(props);
    const [value, set] = useValue(props);
    const { max, accept } = propsOf(props.node);
    const most = Math.min(MOST, Math.max(1, Math.round(numberOf(max) ?? 1)));
    const picked = pickedOf(value);
    const [progress, setProgress] = useState<Readonly<Record<string, number | string>>>({});
    const input = useRef<HTMLInputElement>(null);
    const running = useRef(new Map<string, AbortController>());
    // Uploads end after the drawing in which they began: they change what is picked by then.
    const now = useRef({ picked, set });
    now.current = { picked, set };
    useEffect(() => () => running.current.forEach((abort) => abort.abort()), []);

    const put = (next: readonly Picked[]): void => {
      now.current = { ...now.current, picked: next };
      now.current.set(next);
    };
    const upload = async (key: string, chosen: File): Promise<void> => {
      const abort = new AbortController();
      running.current.set(key, abort);
      try {
        const step = (part: number): void => setProgress((all) => ({ ...all, [key]: part }));
        const { id, name, size } = await client.rest.upload(chosen, step, abort.signal);
        put(now.current.picked.map((item) => (item.key === key ? { key, file: id, name, size } : item)));
      } catch (error) {
        if (!abort.signal.aborted) setProgress((all) => ({ ...all, [key]: describe(error) }));
      } finally {
        running.current.delete(key);
      }
    };
    const add = (files: readonly File[]): void => {
      const room = Math.max(0, most - now.current.picked.length);
      const added = files.slice(0, room).map((chosen) => ({ chosen, key: randomNonce() }));
      put([
        ...now.current.picked,
        ...added.map(({ chosen, key }) => ({ key, file: null, name: chosen.name, size: chosen.size })),
      ]);
      for (const { chosen, key } of added) void upload(key, chosen);
      if (files.length > room) setProgress((all) => ({ ...all, '': t('consent.files.tooMany', { count: most }) }));
      else setProgress(({ '': _told, ...all }) => all);
    };
    const remove = (key: string): void => {
      running.current.get(key)?.abort();
      put(now.current.picked.filter((item) => item.key !== key));
    };
    const label = field.label === '' ? t(photo ? 'miniapp.photo' : 'miniapp.file') : field.label;
    return (
      <div className="mini-field" data-field={props.id} role="group" aria-label={label}>
        {field.label !== '' && (
          <span className="mini-label" dir="auto">
            {field.label}
            {field.required && <Star />}
          </span>
        )}
        <ul className={photo ? 'mini-files photos' : 'mini-files'}>
          {picked.map((item) => (
            <li key={item.key}>
              <FileItem
                item={item}
                photo={photo}
                progress={progress[item.key]}
                isUploading={running.current.has(item.key)}
                onRemove={() => remove(item.key)}
              />
            </li>
          ))}
          {picked.length < most && (
            <li>
              <button
                type="button"
                className="mini-file-add"
                {...field.aria}
                aria-required={undefined}
                aria-invalid={undefined}
                onClick={() => input.current?.click()}
              >
                <MiniIcon name={photo ? 'camera' : 'file'} />
                <span>{t(photo ? 'miniapp.photo.add' : 'miniapp.file.add')}</span>
              </button>
            </li>
          )}
        </ul>
        <input
          ref={input}
          type="file"
          hidden
          multiple={most > 1}
          accept={textOf(accept) ?? (photo ? 'image/*' : undefined)}
          aria-label={label}
          onChange={(event) => {
            add([...(event.target.files ?? [])]);
            // The same file again is a change too.
            event.target.value = '';
          }}
        />
        <FieldError field={{ ...field, error: field.error ?? textOf(progress['']) ?? null }} />
      </div>
    );
  };
}

interface ItemProps {
  readonly item: Picked;
  readonly photo: boolean;
  readonly progress: number | string | undefined;
  readonly isUploading: boolean;
  readonly onRemove: () => void;
}

function FileItem({ item, photo, progress, isUploading, onRemove }: ItemProps): JSX.Element {
  const isDone = item.file !== null;
  // Nothing goes up any more after a reload: the file has to be picked anew.
  const isLost = !isDone && !isUploading && progress === undefined;
  const error = isLost ? t('message.failed') : !isDone && typeof progress === 'string' ? progress : null;
  return (
    <div className={`mini-file ${error === null ? '' : 'failed'}`} data-testid="mini-file">
      {photo && item.file !== null ? <Thumbnail file={item.file} /> : <MiniIcon name={error === null ? 'file' : 'warning'} />}
      <span className="mini-file-text">
        <span className="mini-file-name">{item.name}</span>
        <span className="quiet">{error ?? (item.size > 0 ? formatSize(item.size) : '')}</span>
      </span>
      {!isDone && error === null && (
        <progress
          max={1}
          value={typeof progress === 'number' ? progress : 0}
          aria-label={t('composer.uploading', { name: item.name })}
        />
      )}
      <IconButton icon="close" label={t('composer.removeFile', { name: item.name })} onClick={onRemove} />
    </div>
  );
}

function Thumbnail({ file }: { readonly file: number }): JSX.Element {
  const url = useFileUrl(file);
  return url === null || url === 'failed' ? <MiniIcon name="image" /> : <img src={url} alt="" />;
}

export const files: Parts = { file_field: fileField(false), photo_field: fileField(true) };
