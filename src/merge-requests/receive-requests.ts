/**
 * What `hooks/proc-receive` does with pushes to refs/for/…: each gets a merge request and moves its head, or is refused
 * with one line. Everything is looked at before anything is moved. What the request is called and who is told of it comes
 * later, from the spool, as for any push.
 */
// long: what a push asks for is looked at and carried out by one list of decisions.

import { findRanges } from '../git/commit-ranges.ts';
import { findTypes } from '../git/find-objects.ts';
import type { GitPlace } from '../git/git-process.ts';
import { lookUpRefs } from '../git/look-up-refs.ts';
import { moveRefs } from '../git/move-refs.ts';
import { isZeroId } from '../model/change.ts';
import { headRef, mergeRef, readPushedRef } from '../model/request-refs.ts';
import { guardNow } from '../repositories/guard-reading.ts';
import { tryMerge, UNKNOWN } from './examine-request.ts';
import { askAhead, numberFor, type Plan, type ReceiveDeps } from './number-request.ts';
import { type RequestOptions, readRequestOptions } from './request-options.ts';

export interface PushedCommand {
  old: string;
  new: string;
  /** As text: bytes that are no UTF-8 have become U+FFFD. */
  ref: string;
}

export type ReceivedCommand =
  /** One line, which names nothing but what the pusher named. */
  | { refused: string }
  | {
      number: number;
      /** What was moved in place of the pushed ref. */
      ref: string;
      old: string;
      new: string;
      forced: boolean;
      closing: boolean;
      /** Null: nobody could tell. */
      mergeable: boolean | null;
      target: string;
    };

/** Each is looked at with some processes, here and in the worker, where other pushes wait for it. */
const MOST_REQUESTS = 100;

/**
 * @param atomic all or nothing
 * @throws BelfryError when the repository or the database cannot be read: nothing was moved then
 */
export async function receiveRequests(
  commands: readonly PushedCommand[],
  options: readonly string[],
  atomic: boolean,
  deps: ReceiveDeps,
): Promise<ReceivedCommand[]> {
  if (commands.length > MOST_REQUESTS) {
    const refused = `at most ${MOST_REQUESTS} merge requests fit into one push, this has ${commands.length}`;
    return commands.map(() => ({ refused }));
  }
  const readOptions = readRequestOptions(options);
  const read = await guardNow(
    deps.row.directory,
    deps,
    () => planAll(commands, readOptions, deps),
    plans => plans.every(plan => typeof plan !== 'string'),
  );
  // The worker, which tells of them, would not read them either.
  if ('refused' in read) {
    const refused = `belfry does not read this repository's objects: ${asClause(read.refused)}`;
    return commands.map(() => ({ refused }));
  }
  const plans = read.value;
  const asked = atomic ? await askAhead(plans, deps) : new Map<Plan, number>();
  if (atomic && plans.some(plan => typeof plan === 'string'))
    return plans.map(plan => ({
      refused: typeof plan === 'string' ? plan : 'another ref of this atomic push is refused',
    }));
  const received: ReceivedCommand[] = [];
  for (const plan of plans)
    received.push(typeof plan === 'string' ? { refused: plan } : await carryOut(plan, asked.get(plan), deps));
  return received;
}

async function planAll(
  commands: readonly PushedCommand[],
  options: RequestOptions | string,
  deps: ReceiveDeps,
): Promise<(Plan | string)[]> {
  if (typeof options === 'string') return commands.map(() => options);
  const place = { repository: deps.row.directory };
  const names = commands.map(({ ref }) => readPushedRef(ref));
  const branches = names.flatMap(name =>
    typeof name === 'string' ? [] : name.choices.map(({ target }) => `refs/heads/${target}`),
  );
  const tips = await lookUpRefs(place, branches);
  const types = await findTypes(place, [...new Set(commands.map(({ new: id }) => id))]);
  const seen = new Set<string>();
  const plans: (Plan | string)[] = [];
  for (const [at, command] of commands.entries()) {
    const name = names[at]!;
    const plan =
      typeof name === 'string'
        ? name
        : isZeroId(command.new)
          ? 'there is nothing to delete: close a merge request with -o close'
          : await planOne(command, { name, options, tips, type: types.get(command.new) }, deps);
    const key = typeof plan === 'string' ? '' : JSON.stringify([plan.target, plan.topic]);
    plans.push(key !== '' && seen.has(key) ? 'this push goes to the same merge request twice' : plan);
    seen.add(key);
  }
  return plans;
}

async function planOne(
  command: PushedCommand,
  found: {
    name: Exclude<ReturnType<typeof readPushedRef>, string>;
    options: RequestOptions;
    tips: Map<string, { id: string }>;
    type: string | undefined;
  },
  { store, row, userId }: ReceiveDeps,
): Promise<Plan | string> {
  const { choices } = found.name;
  const choice = choices.find(({ target }) => found.tips.has(`refs/heads/${target}`));
  if (choice === undefined) return `there is no branch ${choices.at(-1)!.target} to merge into`;
  if (found.type !== 'commit') return `wanted a commit, got a ${found.type ?? 'missing object'}`;
  const place = { repository: row.directory };
  const { target } = choice;
  const topic = choice.topic || (found.options.topic ?? '');
  const tip = found.tips.get(`refs/heads/${target}`)!.id;
  const key = { repositoryId: row.id, authorId: userId, target, topic };
  const record = await store.mergeRequests.ofTopic(key);
  const head =
    record === null ? undefined : (await lookUpRefs(place, [headRef(record.number)])).values().next();
  const at = head?.value?.id ?? null;
  const plan = { target, topic, tip, new: command.new, forced: false, closing: found.options.close };
  if (plan.closing) {
    if (record === null || at === null)
      return `no merge request of yours for ${described(target, topic)} is open`;
    return { ...plan, new: at, known: { record, head: at } };
  }
  const [toCome, merged, update] = await findRanges(place, [
    { old: tip, new: command.new, want: 0 },
    { old: tip, new: at ?? command.new, want: 0 },
    { old: at ?? command.new, new: command.new, want: 0 },
  ]);
  if (toCome!.total === 0) return `${target} contains ${command.new.slice(0, 12)} already: nothing to merge`;
  if (record === null || at === null) return { ...plan, known: null };
  if (merged!.total === 0) {
    // Merged, and the worker has not said so yet: what is pushed now is something new.
    await store.mergeRequests.release(record.id);
    return { ...plan, known: null };
  }
  return { ...plan, forced: update!.removed > 0, known: { record, head: at } };
}

/** @param asked the number for which the `update` hook has agreed already */
async function carryOut(plan: Plan, asked: number | undefined, deps: ReceiveDeps): Promise<ReceivedCommand> {
  const place = { repository: deps.row.directory };
  const { target, forced, closing } = plan;
  const old = plan.known?.head ?? '0'.repeat(plan.new.length);
  const number = await numberFor(plan, asked, deps);
  if (typeof number === 'string') return { refused: number };
  const ref = headRef(number);
  const answer = { number, ref, old, new: plan.new, forced, closing, target };
  if (closing) return { ...answer, mergeable: null };
  const merging = await mergedOnTrial(number, plan, deps);
  const problem = await moveRefs(place, [
    { ref, to: plan.new, from: plan.known?.head ?? null },
    { ref: mergeRef(number), to: merging.merge_commit },
  ]);
  if (problem !== null) return { refused: await whyNot(place, ref, old, problem) };
  return { ...answer, mergeable: merging.mergeable };
}

/** It writes what it has read into the repository, for everybody who may read that: so it is looked at once more. */
async function mergedOnTrial(number: number, { target, tip, new: head }: Plan, deps: ReceiveDeps) {
  const { directory } = deps.row;
  const tried = await guardNow(
    directory,
    { ...deps, writes: true },
    () => tryMerge({ repository: directory }, { number, target }, { target: tip, head }, undefined),
    ({ merging }) => merging.mergeable !== null,
  );
  return 'value' in tried ? tried.value.merging : UNKNOWN;
}

/** Of two pushes at once for one request, one comes first. */
async function whyNot(place: GitPlace, ref: string, old: string, problem: string): Promise<string> {
  const now = (await lookUpRefs(place, [ref])).get(ref)?.id ?? '0'.repeat(old.length);
  if (now !== old) return 'another push to this merge request came first: push again';
  return `${ref} cannot be moved: ${problem}`;
}

function described(target: string, topic: string): string {
  return topic === '' ? target : `${target} with the topic ${topic}`;
}

/** A sentence as it goes on behind a colon. */
function asClause(sentence: string): string {
  return `${sentence[0]?.toLowerCase() ?? ''}${sentence.slice(1)}`.replace(/\.$/, '');
}
