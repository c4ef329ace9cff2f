/** Every HTTP request made for a delivery, with what came back. Secrets are masked before they come here. */
import type { Db } from './database.ts';

export interface AttemptRecord {
  startedAt: number;
  durationMs: number;
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

/** Part of a transaction: adds the next attempt of a delivery. */
export function attemptWriter(db: Db): (deliverySeq: number, attempt: AttemptRecord) => void {
  const insert = db.prepare(
    `insert into attempt (delivery_seq, number, started_at, duration_ms, url, request_headers, request_envelope,
       request_body, address, status, response_headers, response_body, response_truncated, error, verdict, hint)
     values (@seq, (select attempts + 1 from delivery where seq = @seq), @startedAt, @durationMs, @url, @requestHeaders,
       @requestEnvelope, @requestBody, @address, @status, @responseHeaders, @responseBody, @truncated, @error, @verdict,
       @hint)`,
  );
  return (seq, attempt) => {
    const { requestHeaders, responseHeaders, requestEnvelope, responseTruncated, durationMs, ...plain } =
      attempt;
    insert.run({
      ...plain,
      seq,
      durationMs: Math.round(durationMs),
      requestHeaders: JSON.stringify(requestHeaders),
      responseHeaders: JSON.stringify(responseHeaders),
      requestEnvelope: requestEnvelope === null ? null : JSON.stringify(requestEnvelope),
      truncated: responseTruncated ? 1 : 0,
    });
  };
}

/** The attempts of a delivery, first to last. */
export function readAttempts(db: Db, deliverySeq: number): Attempt[] {
  const rows = db
    .prepare(
      `select number, started_at as startedAt, duration_ms as durationMs, url, request_headers as requestHeaders,
         request_envelope as requestEnvelope, request_body as requestBody, address, status,
         response_headers as responseHeaders, response_body as responseBody,
         response_truncated as responseTruncated, error, verdict, hint
       from attempt where delivery_seq = ? order by number`,
    )
    .all(deliverySeq) as Record<string, unknown>[];
  return rows.map(
    row =>
      ({
        ...row,
        requestHeaders: JSON.parse(row.requestHeaders as string),
        responseHeaders: JSON.parse((row.responseHeaders as string | null) ?? '[]'),
        requestEnvelope: row.requestEnvelope === null ? null : JSON.parse(row.requestEnvelope as string),
        responseTruncated: row.responseTruncated === 1,
      }) as Attempt,
  );
}
