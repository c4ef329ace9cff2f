/** Every HTTP request made for a delivery, with what came back. Secrets are masked before they come here. */
import type { Attempt, AttemptRecord } from '../model/attempt.ts';
import type { Settlement } from '../model/job.ts';
import type { Db } from './database.ts';
import { createPatterns, patternReader } from './patterns.ts';

/** Part of a transaction: adds an attempt of a delivery. */
export function attemptWriter(db: Db) {
  const patterns = createPatterns(db);
  // By place, not by name: that is a third faster.
  const insert = db.prepare(
    `insert into attempt (delivery_seq, number, started_at, duration_ms, url, request_headers, request_envelope,
       request_body, address, status, response_headers, response_body, response_truncated, error, verdict, hint,
       pattern_id, parts, method)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );

  return ({ seq, id, webhookId, attempts }: Settlement['job'], attempt: AttemptRecord): void => {
    const { url, requestHeaders, requestEnvelope, address, responseHeaders } = attempt;
    const packed = patterns.pack(`webhook:${webhookId}`, shapeOf(attempt), textsOf(attempt), id);
    const isWhole = packed === null;
    insert.run(
      seq,
      attempts + 1,
      attempt.startedAt,
      Math.round(attempt.durationMs),
      isWhole ? url : '',
      isWhole ? JSON.stringify(requestHeaders) : '',
      isWhole && requestEnvelope !== null ? JSON.stringify(requestEnvelope) : null,
      attempt.requestBody,
      isWhole ? address : null,
      attempt.status,
      isWhole ? JSON.stringify(responseHeaders) : null,
      attempt.responseBody,
      attempt.responseTruncated ? 1 : 0,
      attempt.error,
      attempt.verdict,
      attempt.hint,
      isWhole ? null : packed.patternId,
      isWhole ? null : packed.parts,
      attempt.method === 'POST' ? null : attempt.method,
    );
  };
}

/** What a pattern may hold of an attempt. */
type Texts = Pick<
  AttemptRecord,
  'url' | 'address' | 'requestHeaders' | 'requestEnvelope' | 'responseHeaders'
>;

/** How many texts there are of which sort. */
function shapeOf({ address, requestHeaders, requestEnvelope, responseHeaders }: Texts): string {
  const envelope = requestEnvelope === null ? -1 : Object.keys(requestEnvelope).length;
  return `${address === null ? 0 : 1} ${requestHeaders.length} ${envelope} ${responseHeaders.length}`;
}

/** Names stand among the texts: they hardly ever differ. */
function textsOf({ url, address, requestHeaders, requestEnvelope, responseHeaders }: Texts): string[] {
  const texts = [url];
  if (address !== null) texts.push(address);
  for (const header of requestHeaders) texts.push(header[0], header[1]);
  for (const header of responseHeaders) texts.push(header[0], header[1]);
  if (requestEnvelope === null) return texts;
  for (const key in requestEnvelope) {
    const value = requestEnvelope[key]!;
    if (typeof value === 'number') texts.push(key + NUMBER, String(value));
    else texts.push(key, value);
  }
  return texts;
}

/** Behind the key of a number, as no key has it. */
const NUMBER = ' #';

function fromTexts(shape: string, texts: string[]): Texts {
  const [addresses, requests, envelope, responses] = shape.split(' ').map(Number) as [
    number,
    number,
    number,
    number,
  ];
  let at = 0;
  const next = () => texts[at++]!;
  const pairs = (count: number) => Array.from({ length: count }, (): [string, string] => [next(), next()]);
  return {
    url: next(),
    address: addresses === 1 ? next() : null,
    requestHeaders: pairs(requests),
    responseHeaders: pairs(responses),
    requestEnvelope: envelope === -1 ? null : Object.fromEntries(pairs(envelope).map(fromEntry)),
  };
}

function fromEntry([key, value]: [string, string]): [string, string | number] {
  return key.endsWith(NUMBER) ? [key.slice(0, -NUMBER.length), Number(value)] : [key, value];
}

type Row = Omit<Attempt, keyof Texts | 'responseTruncated'> & {
  deliveryId: string;
  url: string;
  requestHeaders: string;
  requestEnvelope: string | null;
  address: string | null;
  responseHeaders: string | null;
  responseTruncated: number;
  patternId: number | null;
  parts: string | null;
};

/** The attempts of a delivery, first to last. */
export function readAttempts(db: Db, deliverySeq: number): Attempt[] {
  const unpack = patternReader(db);
  const rows = db
    .prepare<[number], Row>(
      `select number, started_at as startedAt, duration_ms as durationMs,
         coalesce(method, 'POST') as method, url, request_headers as requestHeaders,
         request_envelope as requestEnvelope, request_body as requestBody, address, status,
         response_headers as responseHeaders, response_body as responseBody,
         response_truncated as responseTruncated, error, verdict, hint, pattern_id as patternId, parts,
         delivery.id as deliveryId
       from attempt join delivery on delivery.seq = delivery_seq where delivery_seq = ? order by number`,
    )
    .all(deliverySeq);
  return rows.map(({ patternId, parts, deliveryId, ...row }): Attempt => {
    const rest = { ...row, responseTruncated: row.responseTruncated === 1 };
    if (patternId === null) return { ...rest, ...wholeTexts(row) };
    const { shape, texts } = unpack({ patternId, parts: parts! }, deliveryId);
    return { ...rest, ...fromTexts(shape, texts) };
  });
}

function wholeTexts(row: Omit<Row, 'patternId' | 'parts' | 'deliveryId'>): Texts {
  return {
    url: row.url,
    address: row.address,
    requestHeaders: JSON.parse(row.requestHeaders),
    requestEnvelope: row.requestEnvelope === null ? null : JSON.parse(row.requestEnvelope),
    responseHeaders: JSON.parse(row.responseHeaders ?? '[]'),
  };
}
