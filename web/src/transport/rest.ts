import type {
  Bot,
  Chat,
  Consent,
  ContactKind,
  Entity,
  Grant,
  GrantTerm,
  LanguageTag,
  Me,
  Member,
  Message,
  Picked,
  UploadedFile,
  Use,
  User,
  VerifiedAttribute,
} from '../model';
import { ApiError, NetworkError, errorFrom } from './errors';

export interface OutgoingMessage {
  readonly text: string;
  readonly nonce: string;
  readonly entities?: readonly Entity[];
  readonly reply_to?: number;
  readonly attachments?: readonly { readonly file: number }[];
}

export interface RestOptions {
  readonly base?: string;
  readonly fetch?: typeof fetch;
  /** The language for the server's words. */
  readonly language?: string;
  /** Called once for each answer 401 to a call that carried a token. */
  readonly onUnauthorized?: () => void;
}

const REQUEST_TIMEOUT_MS = 20_000;

/** The client API over HTTP. Every call throws `ApiError` or `NetworkError`, nothing else. */
export class Rest {
  token: string | null = null;
  private readonly base: string;
  private readonly fetcher: typeof fetch;
  private readonly language: string | null;
  private readonly onUnauthorized: () => void;

  constructor(options: RestOptions = {}) {
    this.base = options.base ?? '';
    this.fetcher = options.fetch ?? ((input, init) => fetch(input, init));
    this.language = options.language ?? null;
    this.onUnauthorized = options.onUnauthorized ?? (() => undefined);
  }

  signIn(username: string, password: string): Promise<{ token: string; user: User }> {
    return this.json('POST', '/v1/sessions', { username, password });
  }

  /** Sets a new password with the code that an operator gave out. */
  resetSignIn(username: string, code: string, password: string): Promise<{ token: string; user: User }> {
    return this.json('POST', '/v1/sessions/reset', { username, code, password });
  }

  signOut(): Promise<void> {
    return this.nothing('DELETE', '/v1/sessions/current');
  }

  me(): Promise<Me> {
    return this.json('GET', '/v1/me');
  }

  changeMe(change: { display?: string; language?: LanguageTag | null; picture?: number | null }): Promise<Me> {
    return this.json('PATCH', '/v1/me', change);
  }

  async attributes(): Promise<VerifiedAttribute[]> {
    return (await this.json<{ attributes: VerifiedAttribute[] }>('GET', '/v1/me/attributes')).attributes;
  }

  removeAttribute(name: ContactKind): Promise<void> {
    return this.nothing('DELETE', `/v1/me/attributes/${name}`);
  }

  /** Has a code sent there. */
  addContact(kind: ContactKind, value: string): Promise<{ kind: ContactKind; value: string; expires: number }> {
    return this.json('POST', '/v1/me/contacts', { kind, value });
  }

  confirmContact(kind: ContactKind, code: string): Promise<void> {
    return this.nothing('POST', '/v1/me/contacts/confirm', { kind, code });
  }

  /** The seq of the newest event in this user's log. */
  async lastSeq(): Promise<number> {
    return (await this.json<{ last: number }>('GET', '/v1/events?limit=0')).last;
  }

  /** All chats, page by page. */
  async chats(): Promise<Chat[]> {
    const all: Chat[] = [];
    let cursor: string | number | null = null;
    do {
      const query: string = cursor === null ? '' : `&cursor=${encodeURIComponent(String(cursor))}`;
      const page: { chats: Chat[]; next: string | number | null } = await this.json('GET', `/v1/chats?limit=100${query}`);
      all.push(...page.chats);
      cursor = page.chats.length > 0 ? page.next ?? null : null;
    } while (cursor !== null);
    return all;
  }

  async consents(): Promise<Consent[]> {
    return (await this.json<{ consents: Consent[] }>('GET', '/v1/consents')).consents;
  }

  /** `term` null refuses. Nothing is granted if the app would get something else by now than the sheet has shown. */
  answerConsent(consent: Consent, term: GrantTerm | null, picked: Picked | null): Promise<void> {
    const grant = { answer: 'grant', for: term, shown: consent.answer, ...(picked ? { with: picked } : {}) };
    return this.nothing('POST', `/v1/consents/${consent.id}`, term === null ? { answer: 'refuse' } : grant);
  }

  /** Those who share a chat with the person. */
  async contacts(): Promise<User[]> {
    return (await this.json<{ people: User[] }>('GET', '/v1/contacts')).people;
  }

  async grants(): Promise<Grant[]> {
    return (await this.json<{ grants: Grant[] }>('GET', '/v1/grants')).grants;
  }

  takeBackGrant(id: number): Promise<void> {
    return this.nothing('DELETE', `/v1/grants/${id}`);
  }

  takeBackAllGrants(): Promise<void> {
    return this.nothing('DELETE', '/v1/grants');
  }

  /** All there is about the person. */
  exportMe(): Promise<unknown> {
    return this.json('GET', '/v1/export');
  }

  forgetMe(bot: number): Promise<void> {
    return this.nothing('DELETE', `/v1/bots/${bot}/data`);
  }

  async uses(after: number): Promise<Use[]> {
    return (await this.json<{ uses: Use[] }>('GET', `/v1/uses?after=${after}`)).uses;
  }

  chat(id: number): Promise<Chat> {
    return this.json('GET', `/v1/chats/${id}`);
  }

  createDirect(name: string): Promise<Chat> {
    return this.json('POST', '/v1/chats', { kind: 'direct', with: name });
  }

  createGroup(title: string, members: readonly string[]): Promise<Chat> {
    return this.json('POST', '/v1/chats', { kind: 'group', title, members });
  }

  async members(chat: number): Promise<Member[]> {
    return (await this.json<{ members: Member[] }>('GET', `/v1/chats/${chat}/members`)).members;
  }

  addMember(chat: number, name: string): Promise<void> {
    return this.nothing('POST', `/v1/chats/${chat}/members`, { name });
  }

  removeMember(chat: number, user: number): Promise<void> {
    return this.nothing('DELETE', `/v1/chats/${chat}/members/${user}`);
  }

  /** Newest first. */
  async history(chat: number, before: number | null, limit: number): Promise<Message[]> {
    const query = before === null ? '' : `&before=${before}`;
    return (await this.json<{ messages: Message[] }>('GET', `/v1/chats/${chat}/messages?limit=${limit}${query}`)).messages;
  }

  send(chat: number, message: OutgoingMessage): Promise<Message> {
    return this.json('POST', `/v1/chats/${chat}/messages`, message);
  }

  edit(chat: number, id: number, text: string, entities: readonly Entity[]): Promise<Message> {
    return this.json('PATCH', `/v1/chats/${chat}/messages/${id}`, { text, entities });
  }

  remove(chat: number, id: number): Promise<void> {
    return this.nothing('DELETE', `/v1/chats/${chat}/messages/${id}`);
  }

  press(chat: number, message: number, button: string): Promise<{ press: number | string }> {
    return this.json('POST', `/v1/chats/${chat}/messages/${message}/press`, { button });
  }

  typing(chat: number): Promise<void> {
    return this.nothing('POST', `/v1/chats/${chat}/typing`);
  }

  read(chat: number, upTo: number): Promise<void> {
    return this.nothing('POST', `/v1/chats/${chat}/read`, { up_to: upTo });
  }

  async bots(): Promise<Bot[]> {
    return (await this.json<{ bots: Bot[] }>('GET', '/v1/bots')).bots;
  }

  account(name: string): Promise<User> {
    return this.json('GET', `/v1/accounts/${encodeURIComponent(name)}`);
  }

  /** The bytes of a file. An `<img>` cannot carry the token, so callers show it through an object URL. */
  fileBlob(id: number): Promise<Blob> {
    return this.blob(`/v1/files/${id}`);
  }

  async blob(path: string): Promise<Blob> {
    const response = await this.request('GET', path, undefined, null);
    try {
      return await response.blob();
    } catch {
      throw new NetworkError();
    }
  }

  /** Uploads by XMLHttpRequest, because fetch reports no upload progress. */
  upload(file: File, onProgress: (fraction: number) => void, signal?: AbortSignal): Promise<UploadedFile> {
    return new Promise((resolve, reject) => {
      const xhr = new XMLHttpRequest();
      xhr.open('POST', `${this.base}/v1/files`);
      if (this.token) xhr.setRequestHeader('Authorization', `Bearer ${this.token}`);
      if (this.language) xhr.setRequestHeader('Accept-Language', this.language);
      xhr.upload.onprogress = (event) => {
        if (event.lengthComputable && event.total > 0) onProgress(event.loaded / event.total);
      };
      xhr.onload = () => {
        if (xhr.status === 401) this.onUnauthorized();
        if (xhr.status < 200 || xhr.status > 299) return reject(errorFrom(xhr.status, xhr.responseText));
        try {
          resolve(JSON.parse(xhr.responseText) as UploadedFile);
        } catch {
          reject(new NetworkError('the upload got an answer that is not JSON'));
        }
      };
      xhr.onerror = () => reject(new NetworkError());
      xhr.onabort = () => reject(new NetworkError('cancelled'));
      signal?.addEventListener('abort', () => xhr.abort());
      const form = new FormData();
      form.append('file', file, file.name);
      xhr.send(form);
    });
  }

  /** Posts something that must be done once, however often it has to be asked for: all tries carry the same key. */
  async once<T>(path: string, body: unknown, key: string): Promise<T> {
    const response = await this.request('POST', path, body, REQUEST_TIMEOUT_MS, { 'Idempotency-Key': key });
    try {
      return (await response.json()) as T;
    } catch {
      throw new NetworkError(`POST ${path} got an answer that is not JSON`);
    }
  }

  /** Sends bytes as they are, however long they take. */
  async sendBytes<T>(path: string, bytes: Blob): Promise<T> {
    const response = await this.request('POST', path, bytes, null);
    try {
      return (await response.json()) as T;
    } catch {
      throw new NetworkError(`POST ${path} got an answer that is not JSON`);
    }
  }

  async json<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await this.request(method, path, body, REQUEST_TIMEOUT_MS);
    try {
      return (await response.json()) as T;
    } catch {
      throw new NetworkError(`${method} ${path} got an answer that is not JSON`);
    }
  }

  async nothing(method: string, path: string, body?: unknown): Promise<void> {
    await this.request(method, path, body, REQUEST_TIMEOUT_MS);
  }

  private async request(
    method: string,
    path: string,
    body: unknown,
    timeout: number | null,
    more: Readonly<Record<string, string>> = {},
  ): Promise<Response> {
    const headers: Record<string, string> = { ...more };
    const token = this.token;
    if (token) headers['Authorization'] = `Bearer ${token}`;
    if (this.language) headers['Accept-Language'] = this.language;
    if (body !== undefined) headers['Content-Type'] = body instanceof Blob ? 'application/octet-stream' : 'application/json';
    const init: RequestInit = { method, headers, cache: 'no-store', credentials: 'omit' };
    if (body !== undefined) init.body = body instanceof Blob ? body : JSON.stringify(body);
    const abort = new AbortController();
    init.signal = abort.signal;
    const timer = timeout === null ? null : setTimeout(() => abort.abort(), timeout);
    try {
      const response = await this.fetcher(this.base + path, init);
      if (response.ok) return response;
      // An old call that comes back after a new sign-in must not end the new session.
      if (response.status === 401 && token && token === this.token) this.onUnauthorized();
      throw errorFrom(response.status, await response.text());
    } catch (error) {
      throw error instanceof ApiError ? error : new NetworkError();
    } finally {
      if (timer !== null) clearTimeout(timer);
    }
  }
}
