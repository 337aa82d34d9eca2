import { t } from '../i18n';
import { MAX_ATTACHMENTS, type Attachment } from '../model';
import { selectComposing } from '../state/selectors';
import type { Upload } from '../state/state';
import { ApiError } from '../transport/errors';
import { randomNonce } from '../transport/outbox';
import type { Client } from './client';
import { describe } from './messages';

/** Files that go up to the server while their message is still being written. */
export class Uploads {
  private readonly running = new Map<string, { readonly file: File; abort: AbortController }>();

  constructor(private readonly client: Client) {}

  attach(chat: number, files: readonly File[]): void {
    const room = MAX_ATTACHMENTS - selectComposing(this.client.store.get(), chat).uploads.length;
    if (files.length > room) this.client.toast('error', t('composer.tooManyFiles', { count: MAX_ATTACHMENTS }));
    for (const file of files.slice(0, Math.max(0, room))) {
      const key = randomNonce();
      this.running.set(key, { file, abort: new AbortController() });
      const upload = { key, name: file.name, size: file.size, progress: 0, error: null, attachment: null };
      this.client.store.dispatch({ type: 'upload', chat, key, change: upload });
      void this.upload(chat, key);
    }
  }

  retry(chat: number, key: string): void {
    this.client.store.dispatch({ type: 'upload', chat, key, change: { error: null, progress: 0 } });
    void this.upload(chat, key);
  }

  detach(chat: number, key: string): void {
    this.running.get(key)?.abort.abort();
    this.running.delete(key);
    this.client.store.dispatch({ type: 'upload', chat, key, change: null });
  }

  /** They went out with their message. */
  forget(uploads: readonly Upload[]): void {
    for (const upload of uploads) this.running.delete(upload.key);
  }

  private async upload(chat: number, key: string): Promise<void> {
    const entry = this.running.get(key);
    if (!entry) return;
    entry.abort = new AbortController();
    const { store, rest } = this.client;
    const progress = (fraction: number): void =>
      store.dispatch({ type: 'upload', chat, key, change: { progress: fraction } });
    try {
      const file = await rest.upload(entry.file, progress, entry.abort.signal);
      const photo = /^image\/(png|jpeg|gif|webp|avif)$/.test(file.type);
      const attachment: Attachment = {
        type: photo ? 'photo' : 'file',
        file: file.id,
        name: file.name,
        size: file.size,
        mime: file.type,
        ...(file.width && file.height ? { width: file.width, height: file.height } : {}),
      };
      store.dispatch({ type: 'upload', chat, key, change: { progress: 1, attachment } });
    } catch (error) {
      if (this.running.has(key)) store.dispatch({ type: 'upload', chat, key, change: { error: uploadError(error) } });
    }
  }
}

function uploadError(error: unknown): string {
  return error instanceof ApiError && error.status === 413 ? t('error.fileTooLarge') : describe(error);
}
