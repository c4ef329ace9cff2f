/**
 * Which number a pushed merge request has, and whether the repository's `update` hook agrees to it. The hook is told the ref,
 * so it must be asked before the number is given out, and again when another push was given that number meanwhile.
 */
import { highestPull } from '../git/look-up-refs.ts';
import { mergeBase } from '../git/trial-merge.ts';
import type { UpdateQuestion } from '../installer/update-hook.ts';
import type { MergeRequestRecord, TopicKey } from '../model/merge-request.ts';
import type { Repository } from '../model/repository.ts';
import { headRef } from '../model/request-refs.ts';
import type { Settings } from '../settings/settings.ts';
import type { Store } from '../store/store.ts';

export interface ReceiveDeps {
  store: Store;
  settings: Settings;
  row: Repository;
  /** Who pushes. */
  userId: number;
  now: number;
  /** What the repository's `update` hook says of a ref that is about to move: why not, or null. Absent: there is none. */
  ask?: (question: UpdateQuestion) => Promise<string | null>;
}

/** What is to become of one pushed ref. */
export interface Plan {
  target: string;
  topic: string;
  tip: string;
  new: string;
  /** The request that is moved, and where its head is; null: a new one. */
  known: { record: MergeRequestRecord; head: string } | null;
  forced: boolean;
  closing: boolean;
}

/**
 * Of an atomic push the `update` hook is asked for every ref before one is moved. What it refuses takes the place of its plan.
 * @returns under which number each was asked for
 */
export async function askAhead(plans: (Plan | string)[], deps: ReceiveDeps): Promise<Map<Plan, number>> {
  const asked = new Map<Plan, number>();
  if (deps.ask === undefined || plans.some(plan => typeof plan === 'string')) return asked;
  let made = 0;
  for (const [at, plan] of (plans as Plan[]).entries()) {
    const number = plan.known?.record.number ?? (await nextNumber(plan, deps)) + made;
    if (plan.known === null) made++;
    const refused = await askFor(plan, number, deps);
    if (refused !== null) plans[at] = refused;
    else asked.set(plan, number);
  }
  return asked;
}

/**
 * The number that the plan's request has from now on, or why it gets none. The `update` hook is told the ref, and so the
 * number, before that is given out: what it refuses uses up none. Where another push was given it meanwhile, it is asked again.
 */
export async function numberFor(
  plan: Plan,
  asked: number | undefined,
  deps: ReceiveDeps,
): Promise<number | string> {
  const { store, now, ask } = deps;
  const commits = { head: plan.new, base: plan.tip };
  let agreed = asked;
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const number = plan.known?.record.number ?? agreed ?? (await nextNumber(plan, deps));
    const refused = number === agreed ? null : await askFor(plan, number, deps);
    if (refused !== null) return refused;
    if (plan.known !== null) return number;
    const only = ask === undefined ? null : number;
    const record = await store.mergeRequests.reserve(
      topicOf(plan, deps),
      commits,
      await firstFree(deps),
      now,
      only,
    );
    if (record !== null) return record.number;
    agreed = undefined;
  }
  return 'too many pushes at once: push again';
}

/** Many people may push at once; each time, one of them gets the number. */
const MOST_TRIES = 20;

/** The number that a new request would have now, or that of one which was made for the topic meanwhile. */
async function nextNumber(plan: Plan, deps: ReceiveDeps): Promise<number> {
  return deps.store.mergeRequests.next(topicOf(plan, deps), await firstFree(deps));
}

/** The lowest number that is free outside of belfry. */
async function firstFree({ row }: ReceiveDeps): Promise<number> {
  return (await highestPull({ repository: row.directory })) + 1;
}

function topicOf({ target, topic }: Plan, { row, userId }: ReceiveDeps): TopicKey {
  return { repositoryId: row.id, authorId: userId, target, topic };
}

/**
 * What the `update` hook says, null when it agrees. It is to judge what the request brings, and not the whole tree, nor what
 * has changed since the author's last push: so the old value is where head and target part. Histories that have nothing in
 * common bring all that they have: then it is that of a ref which is made, zeros. Closing brings nothing.
 */
async function askFor(plan: Plan, number: number, { row, ask }: ReceiveDeps): Promise<string | null> {
  if (ask === undefined || plan.closing) return null;
  const base = await mergeBase({ repository: row.directory }, plan.tip, plan.new);
  return ask({ ref: headRef(number), old: base ?? '0'.repeat(plan.new.length), new: plan.new });
}
