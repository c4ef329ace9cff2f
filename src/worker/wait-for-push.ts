/** Waits until every webhook of a push has its first answer, or the time is over; says a line for each. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { BelfryError } from '../errors.ts';
import { openSpool, type Spool } from '../spool/spool.ts';
import type { Outcome, PushDelivery } from '../store/deliveries.ts';
import { openStore, type Store } from '../store/store.ts';
import { becomeOwner } from '../system/become-owner.ts';
import { readOutcome } from '../system/outcomes.ts';
import { printable } from '../text/printable.ts';

/** Often enough that nobody notices, rarely enough that nothing else does. */
const LOOK_EVERY_MS = 40;
const MIGRATIONS = join(import.meta.dirname, '../../migrations');
const NOT_YET = 'belfry: not announced yet; it will be\n';

/** For the pusher's own process. @param name of the push's spool file */
export async function waitForPush(
  home: string,
  name: string,
  forMs: number,
  say: (text: string) => void,
): Promise<void> {
  await becomeOwner(home);
  if ((await stat(home)).uid !== process.getuid!()) return hearOfPush(home, name, forMs, say);
  const store = await openInTime(home, Date.now() + forMs);
  if (store === null) return say(NOT_YET);
  const spool = openSpool(join(home, 'spool'));
  try {
    await followPush({ store, spool, name, forMs, say, stopping: () => false });
  } finally {
    store.close();
  }
}

/** Null when that was in vain: a worker that has just been started may have to bring the database up to date first. */
async function openInTime(home: string, until: number): Promise<Store | null> {
  for (;;) {
    try {
      return openStore({ home, migrations: MIGRATIONS, opening: 'use' });
    } catch (error) {
      if (!(error instanceof BelfryError)) throw error;
    }
    if (Date.now() >= until) return null;
    await sleep(LOOK_EVERY_MS);
  }
}

/** For who must not look into the database: the worker tells it. */
async function hearOfPush(
  home: string,
  name: string,
  forMs: number,
  say: (text: string) => void,
): Promise<void> {
  const until = Date.now() + forMs + SLACK_MS;
  let said = 0;
  for (;;) {
    const { text, ended } = await readOutcome(home, name);
    const whole = text.lastIndexOf('\n') + 1;
    if (whole > said) say(text.slice(said, whole));
    said = Math.max(said, whole);
    if (ended) return;
    if (Date.now() >= until) {
      if (said === 0) say(NOT_YET);
      return;
    }
    await sleep(LOOK_EVERY_MS);
  }
}

/** The worker counts from when it has the push. */
const SLACK_MS = 1_000;

export interface Followed {
  store: Store;
  spool: Spool;
  /** Of the push's spool file. */
  name: string;
  forMs: number;
  say: (text: string) => void;
  stopping: () => boolean;
}

export async function followPush({ store, spool, name, forMs, say, stopping }: Followed): Promise<void> {
  const line = (text: string) => say(`belfry: ${printable(text)}\n`);
  const until = Date.now() + forMs;
  const said = new Set<string>();
  for (;;) {
    const known = await store.pushes.known(name);
    const deliveries = known ? await store.deliveries.ofPush(name) : [];
    const several = new Set(deliveries.map(({ ref }) => ref)).size > 1;
    for (const delivery of deliveries) {
      const news = newsOf(delivery);
      if (news === null || said.has(delivery.id)) continue;
      said.add(delivery.id);
      line(`${host(delivery.webhook)} ${news}${several ? ` (${delivery.ref})` : ''}`);
    }
    if (known && deliveries.length === 0) return line('no webhook wants this push');
    if (known && said.size === deliveries.length) return;
    const bad = (await spool.bad()).find(file => file.name === name);
    if (bad !== undefined) return line(`this push could not be announced: ${bad.reason}`);
    if (stopping() || Date.now() >= until) {
      for (const { id, webhook } of deliveries)
        if (!said.has(id)) line(`${host(webhook)} has not answered yet`);
      if (!known) line('not announced yet; it will be');
      return;
    }
    await sleep(LOOK_EVERY_MS);
  }
}

/** Null as long as there is something to wait for. */
function newsOf({ state, attempt }: PushDelivery): string | null {
  if (attempt !== null) return `${outcome(attempt)} in ${attempt.durationMs} ms`;
  if (state === 'held') return 'is disabled: it is kept until somebody enables the webhook';
  return state === 'merged' ? 'is told of it in another message' : null;
}

/** `200`, or what went wrong; a robot's 200 may be a refusal. */
function outcome({ status, error, verdict, hint }: Outcome): string {
  if (status === null) return `no answer: ${error ?? 'unknown'}`;
  return verdict === 'ok' ? String(status) : `${status}: ${hint}`;
}

function host(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url;
}
