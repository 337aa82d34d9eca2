import type { BotCommand } from '../model';
import type { Rest } from '../transport/rest';

export interface CataloguePublisher {
  readonly name: string;
  readonly title: string;
  readonly verified: boolean;
}

/** An app as the list shows it. */
export interface Card {
  /** Of the bot's account. */
  readonly bot: number;
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly category: string;
  readonly kind: 'bot' | 'miniapp';
  /** Its pages are for the browser. */
  readonly web: boolean;
  readonly publisher: CataloguePublisher;
  readonly version: string;
  readonly rating: { readonly average: number | null; readonly count: number };
  /** Addresses of pictures, which need no token. */
  readonly pictures: readonly string[];
}

export interface Found {
  readonly apps: readonly Card[];
  readonly categories: readonly { readonly name: string; readonly count: number }[];
  /** Nothing matched, but this name is close to what was typed, and its app is in `apps`. */
  readonly near: string | null;
}

/** Something the app may do. All but the reason is the server's. */
export interface AppCapability {
  readonly name: string;
  readonly class: string;
  readonly does: string;
  readonly discloses: string;
  readonly reason: string;
  readonly hosts: readonly string[];
  readonly apps: readonly string[];
}

export interface Version {
  readonly version: string;
  readonly date: number;
  readonly notes: string;
  readonly current: boolean;
}

export interface Rating {
  readonly by: string;
  readonly stars: number;
  readonly text: string;
  readonly date: number;
}

/** All there is about one app. */
export interface AppDetails extends Card {
  readonly capabilities: readonly AppCapability[];
  /** What the pages of a web mini-app are from or reach, besides this server. */
  readonly origins: readonly string[];
  readonly commands: readonly BotCommand[];
  readonly versions: readonly Version[];
  readonly retention_days: number | null;
  readonly may_rate: boolean;
  readonly my_rating: { readonly stars: number; readonly text: string } | null;
  /** The newest. */
  readonly ratings: readonly Rating[];
}

export const MAX_RATING_TEXT = 1000;
export const MAX_REPORT_TEXT = 1000;

/** The part of the client API about the catalogue. */
export class CatalogueApi {
  constructor(private readonly rest: Rest) {}

  search(query: string, category: string | null): Promise<Found> {
    const values = new URLSearchParams();
    if (query !== '') values.set('q', query);
    if (category !== null) values.set('category', category);
    const search = values.toString();
    return this.rest.json('GET', `/v1/catalogue${search === '' ? '' : `?${search}`}`);
  }

  app(name: string): Promise<AppDetails> {
    return this.rest.json('GET', path(name));
  }

  rate(name: string, stars: number, text: string): Promise<void> {
    return this.rest.nothing('PUT', `${path(name)}/rating`, { stars, text });
  }

  removeRating(name: string): Promise<void> {
    return this.rest.nothing('DELETE', `${path(name)}/rating`);
  }

  report(name: string, reason: string): Promise<void> {
    return this.rest.nothing('POST', `${path(name)}/reports`, { reason });
  }
}

const path = (name: string): string => `/v1/catalogue/${encodeURIComponent(name)}`;
