import type { Rest } from './rest';

const KEPT = 120;

/** Object URLs of files that were fetched with the token. The longest unused go when there are too many. */
export class FileCache {
  private readonly urls = new Map<number, Promise<string>>();

  constructor(private readonly rest: Rest) {}

  url(id: number): Promise<string> {
    const known = this.urls.get(id);
    if (known) {
      // Maps keep the order of insertion: put it last again.
      this.urls.delete(id);
      this.urls.set(id, known);
      return known;
    }
    const made = this.rest.fileBlob(id).then((blob) => URL.createObjectURL(blob));
    this.urls.set(id, made);
    made.catch(() => this.urls.delete(id));
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
    for (const [id, url] of this.urls) {
      if (this.urls.size <= limit) return;
      this.urls.delete(id);
      url.then((value) => URL.revokeObjectURL(value)).catch(() => undefined);
    }
  }
}
