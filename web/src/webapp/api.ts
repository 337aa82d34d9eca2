import type { Rest } from '../transport/rest';

/** What opening a web mini-app gives. */
export interface Launch {
  /** The page to be framed. */
  readonly url: string;
  /** Goes to the app in the address's fragment, and nowhere else. */
  readonly init_data: string;
  readonly chat: number;
  readonly app: { readonly id: number; readonly name: string; readonly title: string };
}

/** What a page may ask the person for. */
export type Request = 'contact' | 'write_access';

const AT_ONCE = 50;

/** Calls that the client makes for a web mini-app, in the person's name. The app itself has no session. */
export class WebAppApi {
  /** - Parameter turn: waits until the next call that an app causes may be made. */
  constructor(
    private readonly rest: Rest,
    private readonly turn: () => Promise<void> = () => Promise.resolve(),
  ) {}

  launch(app: string, chat: number | null, start: string | null): Promise<Launch> {
    return this.rest.json('POST', `${path(app)}/launch`, {
      ...(chat === null ? {} : { chat }),
      ...(start === null ? {} : { start_param: start }),
    });
  }

  async send(app: string, chat: number, data: string, nonce: string): Promise<void> {
    await this.turn();
    return this.rest.nothing('POST', `${path(app)}/data`, { chat, data, nonce });
  }

  /** Has the app ask the person, on the client's own sheet. */
  async request(app: string, chat: number, request: Request, nonce: string): Promise<void> {
    await this.turn();
    return this.rest.nothing('POST', `${path(app)}/requests`, { chat, request, nonce });
  }

  async keys(app: string): Promise<readonly string[]> {
    await this.turn();
    return (await this.rest.json<{ keys: string[] }>('GET', `${path(app)}/storage`)).keys;
  }

  async values(app: string, keys: readonly string[]): Promise<Record<string, string>> {
    const all = new Map<string, string>();
    for (let at = 0; at < keys.length; at += AT_ONCE) {
      const query = keys.slice(at, at + AT_ONCE).map((key) => `key=${encodeURIComponent(key)}`);
      await this.turn();
      const page = await this.rest.json<{ values: Record<string, string> }>('GET', `${path(app)}/storage?${query.join('&')}`);
      for (const [key, value] of Object.entries(page.values)) all.set(key, value);
    }
    return Object.fromEntries(all);
  }

  async keep(app: string, key: string, value: string): Promise<void> {
    await this.turn();
    return this.rest.nothing('PUT', `${path(app)}/storage/${encodeURIComponent(key)}`, { value });
  }

  async remove(app: string, key: string): Promise<void> {
    await this.turn();
    return this.rest.nothing('DELETE', `${path(app)}/storage/${encodeURIComponent(key)}`);
  }
}

const path = (app: string): string => `/v1/apps/${encodeURIComponent(app)}`;
