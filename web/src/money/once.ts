/** Names one thing that is asked of the server, so that asking again does not do it again. */
const newKey = (): string => {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
};

/**
 * The keys of what one form asks for. What may have been done although no answer came is asked for under the same key again;
 * anything else gets a key of its own, and so does the same once more after it was answered.
 */
export class Once {
  private readonly keys = new Map<string, string>();

  /** @param what All that is sent, but for secrets that only prove who asks. */
  async ask<T>(what: unknown, send: (key: string) => Promise<T>): Promise<T> {
    const content = JSON.stringify(what);
    const key = this.keys.get(content) ?? newKey();
    this.keys.set(content, key);
    const answer = await send(key);
    this.keys.clear();
    return answer;
  }
}
