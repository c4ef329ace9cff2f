/** One attempt renders, seals (with the secret and the time), sends, judges and records. It never throws for a receiver. */
import type { ForgeSource } from '../forges/forge.ts';
import type { EventContent } from '../gitee/event.ts';
import { sortedJson } from '../gitee/json.ts';
import type { SendLimits } from '../http/sender.ts';
import type { Composed, Kind, Seal, Sent, Word } from '../kinds/kind.ts';
import { loadKind } from '../kinds/load-kind.ts';
import { maskHeaders, maskSecrets } from '../masking/mask-secrets.ts';
import type { Form } from '../messages/outline-of.ts';
import type { AttemptRecord } from '../model/attempt.ts';
import type { StoredEvent } from '../model/event.ts';
import { hasRefWords, isRefWord } from '../model/names.ts';
import type { HttpAnswer, HttpRequest } from '../model/request.ts';
import type { Problem, Verdict } from '../model/verdict.ts';
import type { Target } from '../model/webhook.ts';
import { type ShownRequest, shownRequest } from './shown-request.ts';

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

/** There is nothing to be sent, and why. */
export interface Unsent {
  unsent: Problem;
}

/**
 * What is worked out on either side of the request has functions of its own: whatever a function that awaits has names for
 * is held until its end, and a hundred requests are in flight.
 * @param now the clock: the request is stamped when it is sent
 */
export async function attempt(
  outgoing: OutgoingRequest,
  send: Send,
  limits: SendLimits,
  now: () => number,
): Promise<Attempted | Unsent> {
  const kind = await loadKind(outgoing.target.kind);
  const sent = await prepare(outgoing, kind, now);
  if ('unsent' in sent) return sent;
  const answer = await send(sent.request, limits);
  const verdict = kind.judge(answer, now(), sent.seal.url, sent);
  return { verdict, record: recordOf(outgoing.target, sent, answer, verdict) };
}

/** The request as it would go out now, with its secrets masked. */
export async function plannedRequest(
  outgoing: OutgoingRequest,
  now: () => number,
): Promise<ShownRequest | Unsent> {
  const sent = await prepare(outgoing, await loadKind(outgoing.target.kind), now);
  return 'unsent' in sent ? sent : shownRequest(outgoing.target, sent);
}

async function prepare(outgoing: OutgoingRequest, kind: Kind, now: () => number): Promise<Sent | Unsent> {
  // As a whole event it would come a second time.
  const { word } = outgoing;
  if (word != null && isRefWord(word) && !hasRefWords(kind.name))
    return { unsent: notSpoken(kind.name, word) };
  const composed = kind.compose === undefined ? undefined : await compose(outgoing, kind);
  if (composed !== undefined && 'unsent' in composed) return composed;
  const seal = sealOf(outgoing, now());
  if (composed !== undefined) seal.composed = composed.beside;
  const { headers, hmac_header } = outgoing.target;
  const plain = kind.seal(composed?.message ?? messageOf(outgoing, kind), seal);
  const request = kind.grouping === 'event' && !outgoing.test ? withSequence(plain, outgoing.events) : plain;
  if (headers.length === 0 && hmac_header === null) return { seal, request };
  const { withOwnHeaders } = await import('../kinds/own-headers.ts');
  return { seal, request: withOwnHeaders(request, headers, hmac_header, seal.secret) };
}

/** A number that only grows: what comes with a smaller one than the last is older. Behind the delivery's id. */
function withSequence(request: HttpRequest, events: readonly StoredEvent[]): HttpRequest {
  const at = request.headers.findIndex(([name]) => name === 'X-Belfry-Delivery') + 1;
  const sequence: [string, string] = ['X-Belfry-Sequence', String(events.at(-1)!.id)];
  return { ...request, headers: request.headers.toSpliced(at, 0, sequence) };
}

/** The stored data is what `gitee` sends: nothing is rendered again, whatever the settings say by now. */
function messageOf({ events, form, target }: OutgoingRequest, kind: Kind): string {
  return kind.grouping === 'event' ? events[0]!.data : kind.render!(events.map(toContent), form, target.url);
}

/** In the words of another forge, of which nothing is stored: most webhooks want none of it. */
async function compose(
  { events, word, target, source }: OutgoingRequest,
  kind: Kind,
): Promise<{ message: string; beside: Composed } | Unsent> {
  const content = toContent(events[0]!);
  const composition = await kind.compose!(content, word, source!, target.custom);
  if (composition === null) return { unsent: notSpoken(kind.name, word ?? content.name) };
  if ('refused' in composition) return { unsent: composition.refused };
  const { event, type } = 'text' in composition ? { ...composition, type: undefined } : composition;
  const beside: Composed = {
    event,
    ...(type !== undefined && { type }),
    eventId: events[0]!.id,
    repositoryId: content.data.repository.id,
    source: source!,
  };
  return { message: 'text' in composition ? composition.text : sortedJson(composition.body), beside };
}

/** Its kind was changed while the delivery waited. */
function notSpoken(kind: string, event: string): Problem {
  const hint = `kind ${kind} has nothing to say of this ${event}: the webhook had another kind when it was queued`;
  return { kind: 'payload', reason: 'rejected', final: true, code: 'not-spoken', hint };
}

function sealOf(outgoing: OutgoingRequest, now: number): Seal {
  const { events, target, deliveryId, redeliveries, hookUrl, stamp, test, source } = outgoing;
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
    ...(target.custom !== null && { custom: target.custom }),
    ...(target.jenkins !== null && {
      jenkins: {
        ...target.jenkins,
        clones: source!.clone,
        oneRepository: target.scope.startsWith('repository:'),
      },
    }),
  };
}

function recordOf(target: Target, sent: Sent, answer: HttpAnswer, verdict: Verdict): AttemptRecord {
  const masked = (text: string) => maskSecrets(text, target);
  return {
    startedAt: sent.seal.now,
    durationMs: answer.durationMs,
    ...shownRequest(target, sent),
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
