/** A request ready to be sent, and what came back. Both are plain values: `http/` moves them, the kinds judge them. */

export interface HttpRequest {
  method: 'POST';
  url: string;
  /** In the order and case in which they are sent. Host and Content-Length are added by the sender. */
  headers: [name: string, value: string][];
  body: string;
}

/** Success and failure have one shape: `status` is null when no answer came, and then `error` says why. */
export interface HttpAnswer {
  status: number | null;
  headers: [name: string, value: string][];
  /** Decoded text, at most 64 KiB of it. */
  body: string;
  /** True when the answer was longer than what is kept. */
  truncated: boolean;
  /** From the call to the end of the answer or the error, in milliseconds. */
  durationMs: number;
  /** The address that the socket was connected to. */
  address: string | null;
  error: { code: string; message: string } | null;
}

/** First value of a header, by any case. */
export function header(answer: HttpAnswer, name: string): string | null {
  const wanted = name.toLowerCase();
  return answer.headers.find(([key]) => key.toLowerCase() === wanted)?.[1] ?? null;
}
