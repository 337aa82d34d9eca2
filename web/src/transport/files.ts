import type { Rest } from './rest';

const KEPT = 120;

/** Object URLs of files that were fetched with the token. The longest unused go when there are too many. */
export class FileCache {
  private readonly urls = new Map<string, Promise<string>>();

  constructor(private readonly rest: Rest) {}

  url(id: number): Promise<string> {
    return this.urlOf(`/v1/files/${id}`);
  }

  /** The same for any address of this server that needs the token, such as a mini-app's picture. */
  urlOf(path: string): Promise<string> {
    const known = this.urls.get(path);
    if (known) {
      // Maps keep the order of insertion: put it last again.
      this.urls.delete(path);
      this.urls.set(path, known);
      return known;
    }
    const made = this.rest.blob(path).then((blob) => URL.createObjectURL(blob));
    this.urls.set(path, made);
    made.catch(() => this.urls.delete(path));
    this.trim(KEPT);
    return made;
  }

  clear(): void {
    this.trim(0);
  }

  /** Saves a file through the browser's download. */
  async download(id: number, name: string): Promise<void> {
    const url = URL.createObjectURL(await this.rest.fileBlob(id));
    const link = document.createElement('a');
    link.href = url;
    link.download = name;
    document.body.append(link);
    link.click();
    link.remove();
    // The browser reads the blob after the click; a minute is plenty to have begun.
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
  }

  private trim(limit: number): void {
    for (const [path, url] of this.urls) {
      if (this.urls.size <= limit) return;
      this.urls.delete(path);
      url.then((value) => URL.revokeObjectURL(value)).catch(() => undefined);
    }
  }
}
