/** What tests of a store put in, whatever store it is. */
import { QUEUE_RULES } from '../../src/delivery/decide.ts';
import type { EventContent } from '../../src/gitee/event.ts';
import type { AttemptRecord } from '../../src/model/attempt.ts';
import { rootOf } from '../../src/model/full-name.ts';
import type { Job, Settlement } from '../../src/model/job.ts';
import type { Recorded } from '../../src/model/push.ts';
import type { Repository } from '../../src/model/repository.ts';
import { settleNames } from '../../src/model/settle-names.ts';
import type { WebhookInput } from '../../src/model/webhook.ts';
import type { Store } from '../../src/store/store.ts';
import { deliveriesFor } from '../../src/webhooks/deliveries-for.ts';
import { NEW_WEBHOOK } from '../../src/webhooks/webhook-input.ts';
import { samplePush } from '../support/sample-events.ts';

/** For everything, signed; a test changes what it is about. */
export function sampleWebhook(changes: Partial<WebhookInput> = {}): WebhookInput {
  return {
    ...NEW_WEBHOOK,
    url: 'https://ci.example.com/hook',
    scope: 'all',
    events: ['push', 'tag_push'],
    auth: 'signature',
    secret: 'a secret of the test',
    ...changes,
  };
}

export const NOW = Date.UTC(2026, 10, 23, 9, 0, 0);
let pushes = 0;

/** The repository at a path of which nothing else is known (absolute, without links). Others stay where they were. */
export async function register(store: Store, path: string, now: number): Promise<Repository> {
  const roots = await store.roots.list();
  const paths = [path];
  for (;;) {
    const places = paths.map(one => {
      return { path: one, directory: one, root: rootOf(one, roots), linked: false, identity: null };
    });
    const settled = await store.repositories.settle(places, new Set(paths), [path], settleNames, now);
    if (!('unexamined' in settled)) return settled.rows[0]!;
    paths.push(...settled.unexamined);
  }
}

/** Registers the root, the repository and the pusher as they come, and records one push. */
export async function recordPush(
  store: Store,
  events: EventContent[],
  { directory = '/srv/git/acme/app.git', at = NOW, spoolName = `push-${++pushes}` } = {},
): Promise<Recorded> {
  await store.roots.add('/srv/git');
  const repository = await register(store, directory, at);
  const { id: userId } = await store.users.ensure('zhang-san', {}, at);
  const push = { spoolName, repository, userId, pushedAt: at, options: [], notes: [] };
  return store.pushes.record({ ...push, updates: [], recovered: false }, events, deliveriesFor, at);
}

/** A push to each of these branches. */
export function branches(...names: string[]): EventContent[] {
  return names.map(name => samplePush({ ref: `refs/heads/${name}` }));
}

/** Claims up to so many deliveries of a webhook. */
export async function claim(
  store: Store,
  webhookId: number,
  { firsts = 100, retries = 100, at = NOW } = {},
): Promise<Job[]> {
  const turn = await store.queue.turn(
    { settlements: [], claims: [{ webhookId, firsts, retries }], released: [] },
    QUEUE_RULES,
    at,
  );
  return turn.jobs;
}

/** What came of an attempt: delivered unless told otherwise. */
export function outcome(
  job: Job,
  changes: Partial<Settlement> & { record?: Partial<AttemptRecord> } = {},
): Settlement {
  const { record, ...more } = changes;
  return {
    job,
    attempt: { ...EMPTY_ATTEMPT, ...record },
    state: 'delivered',
    nextAttemptAt: null,
    tries: job.tries + 1,
    fallback: job.fallback,
    health: 'ok',
    ...more,
  };
}

/** A failure that is tried again at a time. */
export function failure(job: Job, nextAttemptAt: number, status = 500): Settlement {
  const hint = `The receiver answered ${status}.`;
  return outcome(job, {
    state: 'pending',
    nextAttemptAt,
    health: { kind: 'transient', hint },
    record: { status, verdict: 'transient', hint },
  });
}

export async function settle(store: Store, settlements: Settlement[], at = NOW) {
  return store.queue.turn({ settlements, claims: [], released: [] }, QUEUE_RULES, at);
}

export const EMPTY_ATTEMPT: AttemptRecord = {
  startedAt: NOW,
  durationMs: 84.4,
  method: 'POST',
  url: 'https://ci.example.com/hook',
  requestHeaders: [['Content-Type', 'application/json']],
  requestEnvelope: { hook_id: 1, password: '***' },
  requestBody: null,
  address: '127.0.0.1',
  status: 200,
  responseHeaders: [],
  responseBody: 'ok',
  responseTruncated: false,
  error: null,
  verdict: 'ok',
  hint: null,
};
