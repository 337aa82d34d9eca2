import { t } from '../i18n';
import { ApiError, NetworkError } from '../transport/errors';

/** What to tell the person about an error. Codes with a text here are translated; for the rest the server's words are shown. */
export function describe(error: unknown): string {
  if (error instanceof NetworkError) return t('error.network');
  if (!(error instanceof ApiError)) return t('error.unknown');
  if (error.status === 429) return t('error.rateLimited', { seconds: Math.ceil(error.retryAfter ?? 1) });
  return error.message || t('error.unknown');
}
