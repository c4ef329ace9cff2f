/**
 * What a push did, told by git: five processes at most, whatever the number of refs and commits. The ids come from the
 * push itself, never from the refs, which may have moved on since.
 */
import { BelfryError } from '../errors.ts';
import type { RefChange, RefUpdate } from '../events/change.ts';
import { type AnnotatedTag, readTags } from './annotated-tags.ts';
import { type DescribedCommit, describeCommits } from './commit-details.ts';
import type { CommitRange } from './commit-ranges.ts';
import { findObjects } from './find-objects.ts';
import { namesToFind, planUpdate, type UpdatePlan } from './plan-updates.ts';
import { DEFAULT_LIMITS, type PushLimits } from './push-limits.ts';
import { pushRanges } from './push-ranges.ts';
import { TextBudget } from './text-budget.ts';
import { ToldBudget } from './told-budget.ts';

/** Limits, and the PATH on which git is looked for (default: the system's directories). */
export type DescribeOptions = Partial<PushLimits> & { path?: string | undefined };

/**
 * @param directory absolute path of the git directory
 * @param updates of branches and tags only
 * @returns one change for each update, in their order; commits in more than one of them are shared
 * @throws BelfryError `git` when git cannot be started or cannot read the repository, `invalid` for an id that is none
 */
export async function describePush(
  directory: string,
  updates: readonly RefUpdate[],
  { path, ...given }: DescribeOptions = {},
): Promise<RefChange[]> {
  const limits: PushLimits = { ...DEFAULT_LIMITS, ...given };
  const place = { repository: directory, path };
  const budget = new TextBudget(limits);
  checkIds(updates);

  const objects = await findObjects(place, namesToFind(updates));
  const plans = updates.map(update => planUpdate(update, objects));
  const [ranges, tags] = await Promise.all([
    pushRanges(place, plans, limits.commits),
    readTags(place, distinct(plans.map(plan => plan.tag)), limits, budget),
  ]);
  const heads = distinct(plans.map(plan => plan.head));
  const { lists, others } = chooseCommits(ranges, heads, limits.described);
  const commits = await describeCommits(place, [...heads, ...others], limits, budget);
  const told = new ToldBudget(limits.toldBytes);
  return plans.map((plan, index) => {
    const head = plan.head === null ? undefined : commits.get(plan.head);
    const listed = lists[index]!.map(id => commits.get(id)).filter(one => one !== undefined);
    const tag = tags.get(plan.tag ?? '') ?? null;
    return assemble(plan, ranges[index]!, { ...told.tell(head, listed), tag });
  });
}

/** They go to git as lines of its input. */
function checkIds(updates: readonly RefUpdate[]): void {
  const length = updates[0]?.new.length;
  for (const { old, new: tip } of updates) {
    for (const id of [old, tip]) {
      if (/^([0-9a-f]{40}|[0-9a-f]{64})$/.test(id) && id.length === length) continue;
      throw new BelfryError(
        'invalid',
        `a ref update needs object ids of 40 or 64 hex digits, got ${JSON.stringify(id.slice(0, 80))}`,
      );
    }
  }
}

/** The newest commits of each range, as long as there is room; the tips are described in any case. */
function chooseCommits(ranges: readonly CommitRange[], heads: readonly string[], room: number) {
  const tips = new Set(heads);
  const others = new Set<string>();
  const lists = ranges.map(({ newest }) => {
    const list: string[] = [];
    for (const id of newest) {
      if (!tips.has(id) && !others.has(id)) {
        if (others.size >= room) break;
        others.add(id);
      }
      list.push(id);
    }
    return list;
  });
  return { lists, others };
}

function assemble(
  plan: UpdatePlan,
  range: CommitRange,
  found: { head: DescribedCommit | undefined; listed: DescribedCommit[]; tag: AnnotatedTag | null },
): RefChange {
  const { update, kind, created, deleted } = plan;
  const isBranch = kind === 'branch';
  const { head, listed } = found;
  const cut = [...plan.cut, ...(found.tag?.cut ?? [])];
  for (const one of new Set([head, ...listed])) if (one !== undefined) cut.push(...one.cut);
  if (listed.length < range.newest.length) {
    cut.push(`Only ${listed.length} of ${range.total} new commits are described: the push is too large.`);
  }
  return {
    ref: update.ref,
    kind,
    old: update.old,
    new: update.new,
    created,
    deleted,
    forced: isBranch ? range.removed > 0 : !created && !deleted && update.old !== update.new,
    head: head?.commit ?? null,
    commits: listed.map(one => one.commit),
    total: isBranch && !deleted ? range.total : null,
    removed: range.removed,
    tag: found.tag === null ? null : { message: found.tag.message, tagger: found.tag.tagger },
    cut,
  };
}

function distinct(ids: readonly (string | null)[]): string[] {
  return [...new Set(ids.filter(id => id !== null))];
}
