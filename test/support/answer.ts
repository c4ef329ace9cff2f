/** An answer as `http/` hands it over. */
import type { HttpAnswer } from '../../src/model/request.ts';

export function answer(
  status: number | null,
  body: unknown = '',
  more: Partial<HttpAnswer> = {},
): HttpAnswer {
  return {
    status,
    headers: [],
    body: typeof body === 'string' ? body : JSON.stringify(body),
    truncated: false,
    durationMs: 5,
    address: '127.0.0.1',
    error: null,
    ...more,
  };
}
