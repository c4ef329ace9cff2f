/** One attempt renders, seals (with the secret and the time), sends, judges and records. It never throws for a receiver. */
import type { ForgeSource } from '../forges/forge.ts';
import type { EventContent } from '../gitee/event.ts';
import { sortedJson } from '../gitee/json.ts';
import type { SendLimits } from '../http/sender.ts';
import type { Composed, Kind, Seal, Word } from '../kinds/kind.ts';
import { loadKind } from '../kinds/load-kind.ts';
import { maskHeaders, maskSecrets } from '../masking/mask-secrets.ts';
import { maskUrl } from '../masking/mask-url.ts';
import type { Form } from '../messages/outline-of.ts';
import type { AttemptRecord } from '../model/attempt.ts';
import type { StoredEvent } from '../model/event.ts';
import type { HttpAnswer, HttpRequest } from '../model/request.ts';
import type { Verdict } from '../model/verdict.ts';
import type { Target } from '../model/webhook.ts';

export type Send = (request: HttpRequest, limits: SendLimits) => Promise<HttpAnswer>;

/** What one attempt sends, and where. */
export interface OutgoingRequest {
  events: StoredEvent[];
  /** Null: what is said is the event. */
  word: Word | null;
  target: Target;
  deliveryId: string;
  redeliveries: number;
  /** The webhook's page, as Gitee names it in the body; see `webhookLink`. */
  hookUrl: string;
  form: Form;
  /** Gitee's timestamp. */
  stamp: number;
  test: Seal['test'];
  /** Null for kinds that compose nothing. */
  source: ForgeSource | null;
}

export interface Attempted {
  verdict: Verdict;
  record: AttemptRecord;
}

/**
 * What is worked out on either side of the request has functions of its own: whatever a function that awaits has names for
 * is held until its end, and a hundred requests are in flight.
 * @param now the clock: the request is stamped when it is sent
 * @returns null when the kind has no form for what is to be said: nothing was sent
 */
export async function attempt(
  outgoing: OutgoingRequest,
  send: Send,
  limits: SendLimits,
  now: () => number,
): Promise<Attempted | null> {
  const kind = await loadKind(outgoing.target.kind);
  const composed = kind.compose === undefined ? undefined : await compose(outgoing, kind);
  if (composed === null) return null;
  const seal = sealOf(outgoing, now());
  if (composed !== undefined) seal.composed = composed.beside;
  const request = kind.seal(composed?.message ?? messageOf(outgoing, kind), seal);
  const answer = await send(request, limits);
  const verdict = kind.judge(answer, now(), seal.url);
  return { verdict, record: recordOf(outgoing.target, seal, request, answer, verdict) };
}

/** The stored data is what `gitee` sends: nothing is rendered again, whatever the settings say by now. */
function messageOf({ events, form }: OutgoingRequest, kind: Kind): string {
  return kind.grouping === 'event' ? events[0]!.data : kind.render!(events.map(toContent), form);
}

/** In the words of another forge, of which nothing is stored: most webhooks want none of it. */
async function compose(
  { events, word, target, source }: OutgoingRequest,
  kind: Kind,
): Promise<{ message: string; beside: Composed } | null> {
  const content = toContent(events[0]!);
  const payload = await kind.compose!(content, word, source!, target.custom);
  if (payload === null) return null;
  const { event, type, body } = payload;
  const beside: Composed = {
    event,
    ...(type !== undefined && { type }),
    eventId: events[0]!.id,
    repositoryId: content.data.repository.id,
    source: source!,
  };
  return { message: sortedJson(body), beside };
}

function sealOf(outgoing: OutgoingRequest, now: number): Seal {
  const { events, target, deliveryId, redeliveries, hookUrl, stamp, test } = outgoing;
  return {
    url: target.url,
    ...secretsAt(target, now),
    auth: target.auth,
    now,
    stamp,
    deliveryId,
    redeliveries,
    event: events[0]!.name,
    webhook: { id: target.id, url: hookUrl },
    test,
  };
}

function recordOf(
  target: Target,
  seal: Seal,
  request: HttpRequest,
  answer: HttpAnswer,
  verdict: Verdict,
): AttemptRecord {
  const masked = (text: string) => maskSecrets(text, target);
  return {
    startedAt: seal.now,
    durationMs: answer.durationMs,
    url: shownUrl(target),
    requestHeaders: maskHeaders(withoutPassword(request.headers, seal), target),
    requestEnvelope: maskEnvelope(request.envelope),
    requestBody: request.envelope === undefined ? masked(request.body) : null,
    address: answer.address,
    status: answer.status,
    responseHeaders: maskHeaders(answer.headers, target),
    responseBody: masked(answer.body),
    responseTruncated: answer.truncated,
    error: answer.error === null ? null : masked(answer.error.message),
    verdict: verdict.kind,
    hint: hintOf(verdict, masked),
  };
}

/** To parse a URL takes longer than the rest of the record. */
const shownUrls = new WeakMap<Target, string>();

function shownUrl(target: Target): string {
  const shown = shownUrls.get(target) ?? maskUrl(target.kind, target.url);
  shownUrls.set(target, shown);
  return shown;
}

function hintOf(verdict: Verdict, masked: (text: string) => string): string | null {
  const hint = verdict.kind === 'ok' ? verdict.note : verdict.hint;
  return hint === undefined ? null : masked(hint);
}

/** While a secret is being replaced, both sign; the one token that Gitee knows changes at its own time. */
function secretsAt({ secret, old }: Target, now: number): Pick<Seal, 'secret' | 'signWith'> {
  if (old === null || secret === null || now >= old.until) return { secret };
  return { secret: now < old.tokenFrom ? old.secret : secret, signWith: [secret, old.secret] };
}

function toContent(event: StoredEvent): EventContent {
  return {
    name: event.name,
    data: JSON.parse(event.data),
    facts: JSON.parse(event.facts),
  } as EventContent;
}

/** The password is known by its place: one of three letters is not searched for in texts, where it would hide words. */
function withoutPassword(headers: HttpRequest['headers'], { auth, secret }: Seal): HttpRequest['headers'] {
  if (auth !== 'password' || secret === null) return headers;
  return headers.map(([name, value]) => [name, PASSWORDS.includes(name) ? '***' : value]);
}

const PASSWORDS = ['X-Gitee-Token', 'X-Gitlab-Token'];

function maskEnvelope(envelope: HttpRequest['envelope']): AttemptRecord['requestEnvelope'] {
  if (envelope === undefined) return null;
  return envelope.password === '' ? envelope : { ...envelope, password: '***' };
}
