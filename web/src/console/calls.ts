import { useMemo } from 'react';
import { useClient } from '../hooks/useClient';
import type { Rest } from '../transport/rest';
import type {
  AuditEntry, ConsoleApp, ConsolePublisher, ConsoleUser, DeadLetter, DiffLine, Health, Queue, Quotas, Release, Review,
} from './model';

const part = encodeURIComponent;

/** The operator's calls. The server refuses them to anybody else, whatever the page shows. */
export class ConsoleCalls {
  constructor(private readonly rest: Rest) {}

  queue(): Promise<Queue> {
    return this.rest.json('GET', '/v1/console/releases');
  }

  review(release: number): Promise<Review> {
    return this.rest.json('GET', `/v1/console/releases/${release}`);
  }

  async lines(release: number, path: string): Promise<readonly DiffLine[]> {
    const query = `path=${part(path)}`;
    return (await this.rest.json<{ lines: DiffLine[] }>('GET', `/v1/console/releases/${release}/lines?${query}`)).lines;
  }

  admit(release: number, percent: number): Promise<Release> {
    return this.rest.json('POST', `/v1/console/releases/${release}/decision`, { decision: 'admit', percent });
  }

  reject(release: number, reason: string): Promise<Release> {
    return this.rest.json('POST', `/v1/console/releases/${release}/decision`, { decision: 'reject', reason });
  }

  /** The private chat in which the version is on trial. */
  async tryOut(release: number): Promise<number> {
    return (await this.rest.json<{ chat: number }>('POST', `/v1/console/releases/${release}/trial`)).chat;
  }

  rollBack(app: string): Promise<{ app: string; version: string }> {
    return this.rest.json('POST', `/v1/apps/${part(app)}/rollback`);
  }

  apps(): Promise<{ apps: readonly ConsoleApp[]; defaults: Quotas }> {
    return this.rest.json('GET', '/v1/console/apps');
  }

  takeDown(app: string, reason: string): Promise<void> {
    return this.rest.nothing('POST', `/v1/console/apps/${part(app)}/takedown`, { reason });
  }

  answerTakedown(app: string, text: string, lift: boolean): Promise<void> {
    return this.rest.nothing('POST', `/v1/console/apps/${part(app)}/takedown/answer`, { text, lift });
  }

  setQuotas(app: string, quotas: Quotas): Promise<void> {
    return this.rest.nothing('PUT', `/v1/console/apps/${part(app)}/quotas`, quotas);
  }

  async deadLetters(app: string): Promise<readonly DeadLetter[]> {
    return (await this.rest.json<{ dead: DeadLetter[] }>('GET', `/v1/console/apps/${part(app)}/dead`)).dead;
  }

  /** One of them, or all. */
  async endDeadLetters(app: string, how: 'retry' | 'drop', update: number | null): Promise<number> {
    return (await this.rest.json<{ count: number }>('POST', `/v1/console/apps/${part(app)}/dead/${how}`, { update })).count;
  }

  users(query: string, after: string | null): Promise<{ users: readonly ConsoleUser[]; next: string | null }> {
    const more = after === null ? '' : `&after=${part(after)}`;
    return this.rest.json('GET', `/v1/console/users?q=${part(query)}${more}`);
  }

  suspend(user: string, reason: string): Promise<void> {
    return this.rest.nothing('POST', `/v1/console/users/${part(user)}/suspend`, { reason });
  }

  reinstate(user: string): Promise<void> {
    return this.rest.nothing('POST', `/v1/console/users/${part(user)}/reinstate`);
  }

  resetSignIn(user: string): Promise<{ code: string; expires: number }> {
    return this.rest.json('POST', `/v1/console/users/${part(user)}/reset`);
  }

  async publishers(): Promise<readonly ConsolePublisher[]> {
    return (await this.rest.json<{ publishers: ConsolePublisher[] }>('GET', '/v1/console/publishers')).publishers;
  }

  setVerified(publisher: string, verified: boolean): Promise<void> {
    return this.rest.nothing('PUT', `/v1/console/publishers/${part(publisher)}/verified`, { verified });
  }

  setKey(publisher: string, key: string, state: 'active' | 'revoked'): Promise<void> {
    return this.rest.nothing('PUT', `/v1/console/publishers/${part(publisher)}/keys/${part(key)}`, { state });
  }

  answerReport(report: number, answer: string): Promise<void> {
    return this.rest.nothing('POST', `/v1/console/reports/${report}`, { answer });
  }

  health(): Promise<Health> {
    return this.rest.json('GET', '/v1/console/health');
  }

  /** Newest first; `after` is where the page before ended. */
  audit(after: number | null): Promise<{ entries: readonly AuditEntry[]; next: number | null }> {
    return this.rest.json('GET', `/v1/console/audit${after === null ? '' : `?after=${after}`}`);
  }
}

export function useCalls(): ConsoleCalls {
  const { rest } = useClient();
  return useMemo(() => new ConsoleCalls(rest), [rest]);
}
