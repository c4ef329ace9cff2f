/** A request ready to be sent, and what came back. Both are plain values: `http/` moves them, the kinds judge them. */
import type { Method } from './custom-target.ts';

export interface HttpRequest {
  method: Method;
  url: string;
  /** In the order and case in which they are sent. Host and Content-Length are added by the sender. */
  headers: [name: string, value: string][];
  body: string;
  /** The keys of the body that are made anew for every attempt, where the rest is what is stored of the event. */
  envelope?: Record<string, string | number>;
}

/**
 * Success and failure have one shape. `status` is null when no answer came, and then `error` says why. Both can be set:
 * status and headers came, but the body broke off or was not complete in time; `body` holds what came until then. Whoever
 * needs the body as proof (the robots) must not take such an answer for a success.
 */
export interface HttpAnswer {
  status: number | null;
  headers: [name: string, value: string][];
  /** Decoded text of at most 64 KiB. Control characters are as they came. */
  body: string;
  /** True when the answer was longer than what is kept. */
  truncated: boolean;
  /** From the call to the end of the answer or the error, in milliseconds. */
  durationMs: number;
  /** The address that the socket was connected to. */
  address: string | null;
  /** `code` is stable (`http/http-failure.ts` lists them), the message names the host at most, nothing secret. */
  error: { code: string; message: string } | null;
}

/** First value of a header, by any case. */
export function header({ headers }: Pick<HttpAnswer, 'headers'>, name: string): string | null {
  const wanted = name.toLowerCase();
  return headers.find(each => each[0].toLowerCase() === wanted)?.[1] ?? null;
}
