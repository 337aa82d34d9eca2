import type { Consent, Grant, GrantTerm, Picked, ServerEvent, Use } from '../model';
import type { Client } from './client';

/** What apps ask of the person, and what the person has granted. */
export class Permission {
  private asked = 0;
  private later: ReadonlySet<number> = new Set();
  private readonly listeners = new Set<() => void>();

  constructor(private readonly client: Client) {}

  /** Fetches the open questions anew; the newest answer counts. */
  async refresh(): Promise<void> {
    this.asked += 1;
    const asked = this.asked;
    try {
      const consents = await this.client.rest.consents();
      if (asked === this.asked) this.client.store.dispatch({ type: 'consents', consents });
    } catch (error) {
      if (asked === this.asked) this.client.toastError(error);
    }
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** The questions that the person has put aside for now, on this device. */
  readonly aside = (): ReadonlySet<number> => this.later;

  /** Puts a question aside; null brings all of them back. */
  putAside(question: number | null): void {
    this.later = question === null ? new Set() : new Set([...this.later, question]);
    for (const listener of [...this.listeners]) listener();
  }

  after(event: ServerEvent): void {
    if (event.type === 'consent.requested' || event.type === 'consent.closed') void this.refresh();
  }

  /** `term` null refuses. The sheet goes away with the server's word, so that it never seems answered when it is not. */
  async answer(consent: Consent, term: GrantTerm | null, picked: Picked | null = null): Promise<void> {
    try {
      await this.client.rest.answerConsent(consent, term, picked);
    } catch (error) {
      this.client.toastError(error);
    }
    await this.refresh();
  }

  grants(): Promise<Grant[]> {
    return this.client.rest.grants();
  }

  takeBack(grant: Grant): Promise<void> {
    return this.client.rest.takeBackGrant(grant.id);
  }

  takeAllBack(): Promise<void> {
    return this.client.rest.takeBackAllGrants();
  }

  /** Everything that Stoa keeps for the app about the person goes; the chat stays. */
  forgetMe(bot: number): Promise<void> {
    return this.client.rest.forgetMe(bot);
  }

  /** All that the audit has about the person, newest first. */
  async uses(): Promise<Use[]> {
    const all: Use[] = [];
    for (;;) {
      const page = await this.client.rest.uses(all[all.length - 1]?.entry ?? 0);
      all.push(...page);
      if (page.length < 200) return all.reverse();
    }
  }
}
