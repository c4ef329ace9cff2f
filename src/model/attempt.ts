/** An HTTP request made for a delivery, with what came back. Secrets are masked in it. */
import type { Method } from './custom-target.ts';

export interface AttemptRecord {
  startedAt: number;
  durationMs: number;
  method: Method;
  url: string;
  requestHeaders: [name: string, value: string][];
  /** The envelope around the event's data, or null when the body is kept whole. */
  requestEnvelope: Record<string, string | number> | null;
  requestBody: string | null;
  address: string | null;
  status: number | null;
  responseHeaders: [name: string, value: string][];
  responseBody: string;
  responseTruncated: boolean;
  error: string | null;
  verdict: string;
  hint: string | null;
}

export interface Attempt extends AttemptRecord {
  number: number;
}

/** An attempt without what was said. */
export type Outcome = Pick<Attempt, 'status' | 'durationMs' | 'error' | 'verdict' | 'hint'>;
