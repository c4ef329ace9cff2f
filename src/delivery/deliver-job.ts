/** Sends one claimed delivery: finds its target, makes the attempt, decides what comes next. It never throws. */
import type { ForgeSource } from '../forges/forge.ts';
import type { SendLimits } from '../http/sender.ts';
import type { Word } from '../kinds/kind.ts';
import { shownTarget } from '../masking/mask-url.ts';
import { addressOf } from '../model/full-name.ts';
import type { Job, Settlement } from '../model/job.ts';
import { webhookLink } from '../model/links.ts';
import { isGrouped } from '../model/names.ts';
import { NO_PROXY } from '../model/reach.ts';
import type { Problem } from '../model/verdict.ts';
import type { Target } from '../model/webhook.ts';
import { linkBases, type Settings } from '../settings/settings.ts';
import type { Store } from '../store/store.ts';
import { type Attempted, attempt, type OutgoingRequest, type Send } from './attempt.ts';
import { decide } from './decide.ts';
import type { RateLimiter } from './robots/rate-limiter.ts';
import type { Stamps } from './stamps.ts';
import type { Targets } from './targets.ts';

export interface DeliverJobDeps {
  store: Store;
  send: Send;
  settings: Settings;
  now: () => number;
  /** From 0 to 1. */
  random: () => number;
}

/** @returns a function that takes the job and, for a robot, its rate limiter */
export function createDeliverJob(
  deps: DeliverJobDeps,
  targets: Targets,
  stamps: Stamps,
): (job: Job, limiter: RateLimiter | null) => Promise<Settlement> {
  const { settings, now, random } = deps;

  async function deliver(job: Job, limiter: RateLimiter | null): Promise<Attempted> {
    if (limiter !== null) await limiter.acquire(now());
    const target = await targets.get(job.webhookId);
    if (target === null) return unsendable(GONE, now());
    if (job.events.length === 0) return unsendable(NO_EVENT, now());
    if ('problem' in target) return unsendable(keyProblem(target.problem), now());
    const outgoing = outgoingRequest(job, target, settings, stampFor(target));
    const made = await attempt(outgoing, deps.send, limitsOf(target, settings), now);
    return 'unsent' in made ? unsendable(made.unsent, now()) : made;
  }

  /** Only Gitee's receivers take a time that they have seen for a replay. */
  function stampFor(target: Target): number {
    return target.kind === 'gitee' ? stamps.next(target, now()) : now();
  }

  return async (job, limiter) => {
    const { verdict, record } = await deliver(job, limiter).catch(error =>
      unsendable(internal(error), now()),
    );
    // When the pace cannot be stored now, it is stored before the next request in any case.
    if (limiter !== null) await limiter.release(verdict, now(), random()).catch(() => {});
    return {
      job: { seq: job.seq, id: job.id, webhookId: job.webhookId, attempts: job.attempts },
      attempt: record,
      ...decide(job, verdict, now(), random()),
    };
  };
}

/** @param test set by `webhook test` */
export function outgoingRequest(
  job: Pick<Job, 'id' | 'events' | 'redeliveries' | 'fallback' | 'digest'> & { word: Word | null },
  target: Target,
  settings: Settings,
  stamp: number,
  test: OutgoingRequest['test'] = false,
): OutgoingRequest {
  const [event] = job.events;
  const address = addressOf({ ...event!, full_name: event!.repository });
  return {
    events: job.events,
    word: job.word,
    target,
    deliveryId: job.id,
    redeliveries: job.redeliveries,
    hookUrl: webhookLink(linkBases(settings), address, target.id),
    form: {
      language: target.language ?? settings['robot.language'],
      keyword: target.keyword,
      fallback: job.fallback,
      digest: job.digest,
      test: test !== false,
    },
    stamp,
    test,
    source:
      target.kind === 'gitee' || isGrouped(target.kind) ? null : sourceOf(target, settings, test !== false),
  };
}

/** What a forge's payload says beside the event. */
export function sourceOf(
  target: Pick<Target, 'id' | 'url' | 'clone_http' | 'clone_ssh' | 'created_at'>,
  settings: Settings,
  test: boolean,
): ForgeSource {
  return {
    web: settings['web.url'],
    clone: { http: target.clone_http, ssh: target.clone_ssh },
    webhook: { id: target.id, shownUrl: shownTarget(target.url), createdAt: target.created_at },
    test,
  };
}

export function limitsOf(target: Target, settings: Settings): SendLimits {
  return {
    connectMs: settings['delivery.connect_timeout'] * 1_000,
    totalMs: target.timeoutMs ?? settings['delivery.timeout'] * 1_000,
    ...tlsOf(target),
    ...(target.reach.proxy !== null && {
      proxy: target.reach.proxy === NO_PROXY ? null : target.reach.proxy,
    }),
  };
}

/** What the webhook has of its own; without any of it connections are shared with others to the same host. */
function tlsOf({ reach: { ca, client_cert, client_key, insecure } }: Target): Pick<SendLimits, 'tls'> {
  if (ca === null && client_cert === null && !insecure) return {};
  return {
    tls: {
      ...(ca !== null && { ca }),
      ...(client_cert !== null && client_key !== null && { cert: client_cert, key: client_key }),
      ...(insecure && { insecure }),
    },
  };
}

const GONE: Problem = {
  kind: 'config',
  reason: 'disabled',
  code: 'removed',
  hint: 'the webhook was removed',
};
const NO_EVENT: Problem = {
  kind: 'config',
  reason: 'disabled',
  code: 'removed',
  hint: 'its event was removed',
};

/** The key may come back (a backup, a mount), so it is tried again. */
function keyProblem(problem: string): Problem {
  return { kind: 'transient', retryAfterMs: null, code: 'key', hint: problem };
}

function internal(error: unknown): Problem {
  const hint = `belfry could not make the request: ${(error as Error).message}`;
  return { kind: 'transient', retryAfterMs: null, code: 'internal', hint };
}

/** No request was made; the log shows why, in the same shape. */
function unsendable(verdict: Problem, at: number): Attempted {
  return {
    verdict,
    record: {
      startedAt: at,
      durationMs: 0,
      method: 'POST',
      url: '',
      requestHeaders: [],
      requestEnvelope: null,
      requestBody: null,
      address: null,
      status: null,
      responseHeaders: [],
      responseBody: '',
      responseTruncated: false,
      error: verdict.hint,
      verdict: verdict.kind,
      hint: verdict.hint,
    },
  };
}
