/** The server answered, and refused. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    /** Seconds to wait before trying again. */
    readonly retryAfter: number | null,
  ) {
    super(message);
    this.name = 'ApiError';
  }
}

/** No usable answer came: no network, a broken connection, or a proxy in the way. */
export class NetworkError extends Error {
  constructor(message = 'network unreachable') {
    super(message);
    this.name = 'NetworkError';
  }
}

/** Builds the error for an answer outside 200–299; any body is accepted, since a proxy may have written it. */
export function errorFrom(status: number, body: string): ApiError {
  let code = `http_${status}`;
  let message = '';
  let retryAfter: number | null = null;
  try {
    const parsed: unknown = JSON.parse(body);
    const error = (parsed as { error?: { code?: unknown; message?: unknown; retry_after?: unknown } } | null)?.error;
    if (typeof error?.code === 'string') code = error.code;
    if (typeof error?.message === 'string') message = error.message;
    if (typeof error?.retry_after === 'number') retryAfter = error.retry_after;
  } catch {
    // Not JSON: the status says enough.
  }
  return new ApiError(status, code, message, retryAfter);
}
