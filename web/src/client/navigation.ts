import type { Client } from './client';
import { above, addressOf, pageFrom, type Page } from './pages';

/** Moves between the chats and the pages beside them. The address follows, so that reload, "back" and links work. */
export class Navigation {
  constructor(private readonly client: Client) {}

  /** Shows a page. */
  open(page: Page): void {
    const hash = addressOf(page);
    // The mark tells `back` that the entry before this one is ours too.
    if (location.hash !== hash) history.pushState({ inside: true }, '', hash);
    this.show(page);
  }

  /** Shows the same page in another state, such as with other words searched for: no step for "back". */
  change(page: Page): void {
    history.replaceState({ ...history.state, scroll: 0 }, '', addressOf(page));
    this.show(page);
  }

  /** One step up: to where the person came from, or to what lies above the page. */
  back(): void {
    if ((history.state as { inside?: boolean } | null)?.inside) return history.back();
    const { page } = this.client.store.get();
    const parent = page && above(page);
    if (parent) this.change(parent);
    else this.client.chats.open(null);
  }

  /** Follows the address: at the start, on "back" and on a link. */
  follow(): void {
    const page = pageFrom(location.hash);
    if (page) this.show(page);
    else this.client.chats.openFromAddress();
    this.client.door.forget();
    this.client.miniapps.follow();
    this.client.webapps.follow();
  }

  private show(page: Page): void {
    this.client.store.dispatch({ type: 'openPage', page });
  }
}
