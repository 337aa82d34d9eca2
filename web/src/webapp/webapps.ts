import type { Client } from '../client/client';
import type { Address } from '../miniapp/address';
import { onThemeChange } from '../theme';
import { startParameter, webAddressFrom, webPathOf, type WebAddress } from './address';
import { WebAppSession } from './session';

/** The web mini-app that is open, if one is: shown where mini-apps are, at the address `/w/APP`. */
export class WebApps {
  private current: WebAppSession | null = null;
  private readonly listeners = new Set<() => void>();

  constructor(private readonly client: Client) {
    onThemeChange(() => this.current?.dressed());
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly shown = (): WebAppSession | null => this.current;

  /** Opens an app that was asked for as a mini-app, if it is one for the browser. `replaces`: at the address that is shown. */
  takes({ app, chat, page, query }: Address, replaces = false): boolean {
    if (!this.client.store.get().bots.some((bot) => bot.name === app && bot.web === true)) return false;
    const address = { app, chat, start: startParameter(query['start']) ?? startParameter(page) };
    this.go(address, replaces);
    if (replaces) this.enter(address);
    else this.show(address);
    return true;
  }

  /** - Parameter chat: null for the direct chat with the app. */
  open(app: string, chat: number | null = null, start: string | null = null): void {
    this.go({ app, chat, start });
    this.show({ app, chat, start });
  }

  close(): void {
    if (!this.current) return;
    // The app may have made entries in the history: going back could lead within it.
    history.replaceState(null, '', `/${location.hash}`);
    this.end();
  }

  /** Follows the browser's address: at the start, on "back", on a link. */
  follow(): void {
    const address = webAddressFrom(location.pathname, location.search);
    if (!address) return this.end();
    const now = this.current?.address;
    if (now?.app === address.app && now.chat === address.chat && now.start === address.start) return;
    this.enter(address);
  }

  /** Who signs out takes everything along. */
  reset(): void {
    this.end();
  }

  private go(address: WebAddress, replaces = false): void {
    const isInstead = replaces || this.current !== null || this.client.miniapps.shown() !== null;
    history[isInstead ? 'replaceState' : 'pushState']({ webapp: true }, '', webPathOf(address) + location.hash);
    this.client.miniapps.follow();
    this.client.door.forget();
  }

  /** By an address, which may be anybody's. */
  private enter(address: WebAddress): void {
    if (this.client.door.holds(address.app, address.chat, () => this.show(address))) this.end();
    else this.show(address);
  }

  private show(address: WebAddress): void {
    this.current?.end();
    this.current = new WebAppSession(this.client, address, () => this.close());
    this.tell();
  }

  private end(): void {
    if (!this.current) return;
    this.current.end();
    this.current = null;
    this.tell();
  }

  private tell(): void {
    for (const listener of [...this.listeners]) listener();
  }
}
