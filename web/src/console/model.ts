// What the operator's calls send and take. Times are milliseconds since 1970, as everywhere.

import type { PublisherKey, Release, Takedown } from '../publisher/api';

export type { PublisherKey, Release, ReleaseState, Takedown } from '../publisher/api';

export interface WaitingAppeal {
  readonly app: string;
  readonly title: string;
  readonly publisher: string;
  readonly reason: string;
  readonly date: number;
  readonly appeal: string;
  readonly appealed_by: string;
}

export interface Report {
  readonly id: number;
  readonly app: string;
  readonly title: string;
  readonly by: string;
  readonly reason: string;
  readonly date: number;
}

export interface WaitingKey {
  readonly publisher: string;
  readonly key: string;
  readonly by: string;
  readonly date: number;
}

export interface Queue {
  readonly releases: readonly Release[];
  readonly appeals: readonly WaitingAppeal[];
  readonly reports: readonly Report[];
  readonly keys: readonly WaitingKey[];
}

/** One thing that the manifest says otherwise; null where it says nothing. */
export interface Statement {
  readonly what: string;
  readonly before: string | null;
  readonly now: string | null;
}

export interface ChangedFile {
  readonly path: string;
  readonly change: 'added' | 'removed' | 'changed';
  readonly size: number;
  readonly size_before: number;
}

export interface Review {
  readonly release: Release;
  readonly publisher: { readonly name: string; readonly title: string; readonly verified: boolean };
  /** The version that people have now. */
  readonly before: string | null;
  readonly statements: readonly Statement[];
  readonly files: readonly ChangedFile[];
}

export interface DiffLine {
  readonly kind: 'same' | 'removed' | 'added' | 'skipped';
  readonly text: string | null;
  /** Of the lines that are skipped. */
  readonly count: number | null;
}

export interface Quotas {
  readonly turns_per_minute: number | null;
  readonly store_mib: number | null;
}

export interface ConsoleApp {
  readonly name: string;
  readonly title: string;
  readonly bot: number;
  readonly publisher: string;
  readonly state: string;
  readonly version: string | null;
  readonly candidate: { readonly version: string; readonly percent: number } | null;
  readonly takedown: Takedown | null;
  readonly dead_letters: number;
  readonly store_bytes: number;
  readonly quotas: Quotas;
}

/** An update that an app could not handle. Never what was written. */
export interface DeadLetter {
  readonly update: number;
  readonly kind: string;
  readonly date: number;
  readonly attempts: number;
  readonly reason: string;
}

export interface ConsoleUser {
  readonly id: number;
  readonly name: string;
  readonly display: string;
  readonly created: number;
  readonly operator: boolean;
  readonly suspended: { readonly date: number; readonly reason: string } | null;
  readonly sessions: number;
}

export interface ConsolePublisher {
  readonly name: string;
  readonly title: string;
  readonly verified: boolean;
  readonly members: readonly { readonly name: string; readonly display: string; readonly role: string }[];
  readonly keys: readonly PublisherKey[];
}

export interface Health {
  readonly listening: boolean | string;
  readonly uptime: number;
  readonly users: number;
  readonly apps: number;
  readonly turns: number;
  readonly queued: number;
  readonly in_flight: number;
  readonly waiting_conversations: number;
  readonly dead_letters: number;
  readonly open_releases: number;
  readonly open_reports: number;
  readonly database_bytes: number;
}

export interface AuditEntry {
  readonly entry: number;
  readonly date: number;
  readonly kind: string;
  readonly by: string;
  readonly details: string;
}
