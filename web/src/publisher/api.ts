import type { Rest } from '../transport/rest';

export type ReleaseState = 'in_review' | 'staged' | 'live' | 'superseded' | 'rejected' | 'withdrawn' | 'rolled_back';
export type PublisherRole = 'owner' | 'developer';
export type KeyState = 'waiting' | 'active' | 'revoked';

/** A version that was sent in. */
export interface Release {
  readonly id: number;
  readonly app: string;
  readonly title: string;
  readonly version: string;
  readonly publisher: string;
  readonly state: ReleaseState;
  /** In how many of all chats it runs. */
  readonly percent: number;
  readonly by: string;
  readonly date: number;
  readonly notes: string;
  /** What the checks found, one thing a line. */
  readonly findings: string;
  readonly decided_by: string | null;
  readonly decided: number | null;
  readonly reason: string | null;
}

export interface Takedown {
  readonly reason: string;
  readonly date: number;
  readonly appeal: string | null;
  readonly answer: string | null;
  /** The app runs again since; null while it is down. */
  readonly lifted: number | null;
}

export interface PublishedApp {
  readonly name: string;
  readonly title: string;
  readonly state: 'live' | 'unreleased' | 'taken_down';
  readonly version: string | null;
  readonly candidate: { readonly version: string; readonly percent: number } | null;
  readonly takedown: Takedown | null;
  /** The newest first. */
  readonly releases: readonly Release[];
}

export interface PublisherMember {
  readonly name: string;
  readonly display: string;
  readonly role: PublisherRole;
}

export interface PublisherKey {
  readonly key: string;
  readonly state: KeyState;
  readonly by: string;
  readonly date: number;
}

/** A publisher that the person belongs to. */
export interface Publisher {
  readonly name: string;
  readonly title: string;
  readonly verified: boolean;
  readonly role: PublisherRole;
  readonly members: readonly PublisherMember[];
  readonly keys: readonly PublisherKey[];
  readonly apps: readonly PublishedApp[];
}

export const MAX_NOTES = 2000;
export const MAX_APPEAL = 1000;

/** The part of the client API about publishing. */
export class PublisherApi {
  constructor(private readonly rest: Rest) {}

  async publishers(): Promise<readonly Publisher[]> {
    return (await this.rest.json<{ publishers: Publisher[] }>('GET', '/v1/publishers')).publishers;
  }

  /** `key` empty: one is added later. */
  found(name: string, title: string, key: string): Promise<{ name: string; title: string }> {
    return this.rest.json('POST', '/v1/publishers', key === '' ? { name, title } : { name, title, key });
  }

  setMember(publisher: string, user: string, role: PublisherRole): Promise<void> {
    return this.rest.nothing('PUT', memberPath(publisher, user), { role });
  }

  removeMember(publisher: string, user: string): Promise<void> {
    return this.rest.nothing('DELETE', memberPath(publisher, user));
  }

  addKey(publisher: string, key: string): Promise<{ key: string; state: KeyState }> {
    return this.rest.json('POST', `/v1/publishers/${encodeURIComponent(publisher)}/keys`, { key });
  }

  revokeKey(publisher: string, key: string): Promise<void> {
    return this.rest.nothing('DELETE', `/v1/publishers/${encodeURIComponent(publisher)}/keys/${encodeURIComponent(key)}`);
  }

  /** Sends in a package that `stoa publish --output` made. */
  submit(bytes: Blob, notes: string): Promise<Release> {
    return this.rest.sendBytes(`/v1/releases?notes=${encodeURIComponent(notes)}`, bytes);
  }

  withdraw(release: number): Promise<void> {
    return this.rest.nothing('DELETE', `/v1/releases/${release}`);
  }

  rollBack(app: string): Promise<{ app: string; version: string }> {
    return this.rest.json('POST', `/v1/apps/${encodeURIComponent(app)}/rollback`);
  }

  appeal(app: string, text: string): Promise<void> {
    return this.rest.nothing('POST', `/v1/apps/${encodeURIComponent(app)}/appeal`, { text });
  }
}

const memberPath = (publisher: string, user: string): string =>
  `/v1/publishers/${encodeURIComponent(publisher)}/members/${encodeURIComponent(user)}`;
