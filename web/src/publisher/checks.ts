import type { Key } from '../i18n';
import type { PublishedApp, Release } from './api';

/** 32 bytes in base64url are 43 characters. */
const KEY = /^ed25519:[A-Za-z0-9_-]{43}$/;
const NAME = /^[A-Za-z][A-Za-z0-9_]{0,31}$/;

/** What is wrong with the name of a publisher that is being typed; null while it is empty or right. */
export function nameProblem(name: string): Key | null {
  return name === '' || NAME.test(name) ? null : 'publish.badName';
}

/** The same for a key. A private key has no business here and is longer or begins otherwise. */
export function keyProblem(key: string): Key | null {
  return key === '' || KEY.test(key) ? null : 'publish.badKey';
}

/** The lines of a text that lists one thing a line. */
export function linesOf(text: string): readonly string[] {
  return text.split('\n').map((line) => line.trimEnd()).filter((line) => line !== '');
}

export const mayWithdraw = (release: Release): boolean => release.state === 'in_review';

/** What "roll back" would do now: take the staged version back, or bring the one before the live one back. */
export function rollbackOf(app: PublishedApp): { readonly from: string; readonly to: string | null } | null {
  if (app.candidate) return { from: app.candidate.version, to: app.version };
  if (app.version === null || app.state !== 'live') return null;
  // The newest first, so this is the one that was live last.
  const before = app.releases.find((release) => release.state === 'superseded');
  return before ? { from: app.version, to: before.version } : null;
}
