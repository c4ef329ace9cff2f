/**
 * What a push did, read from git: four processes at most, whatever the number of refs and commits, and some more where
 * `MoreFacts` are wanted. The ids come from the push itself, never from the refs, which may have moved on since. A ref that
 * moved is described in any case: what cannot be read of it is a note, and costs no other ref anything.
 */
import type { RefChange, RefUpdate } from '../model/change.ts';
import { type AnnotatedTag, readTags } from './annotated-tags.ts';
import { chooseCommits } from './choose-commits.ts';
import { type Described, type DescribedCommit, describeCommits, saidOf } from './commit-details.ts';
import type { CommitRange } from './commit-ranges.ts';
import { EventsBudget } from './events-budget.ts';
import { type FoundObject, findObjects } from './find-objects.ts';
import { NoGitError } from './git-error.ts';
import type { GitPlace } from './git-process.ts';
import type { FindBranches, MoreOfPush } from './more-facts.ts';
import { ObjectReader, Unread } from './object-reader.ts';
import { isPartialClone, withObjectView } from './object-view.ts';
import { checkIds, namesToFind, planUpdate, type UpdatePlan } from './plan-updates.ts';
import type { PushHistory } from './push-history.ts';
import { DEFAULT_LIMITS, type PushLimits } from './push-limits.ts';
import { type PushRange, pushRanges } from './push-ranges.ts';
import { isRepository } from './repository-facts.ts';
import { TextBudget } from './text-budget.ts';

/** Limits, and what else is known or wanted. */
export interface DescribeOptions extends Partial<PushLimits>, Beside {
  /** The PATH on which git is looked for (default: the system's directories). */
  path?: string | undefined;
}

interface Beside {
  /** Of all refs of the push, where these are a part of them. */
  history?: PushHistory | undefined;
  /** Given when `MoreFacts` are wanted. */
  branches?: FindBranches | undefined;
  /** With `branches`: all paths of each update are wanted, too. */
  paths?: boolean | undefined;
}

/**
 * @param directory absolute path of the git directory
 * @param updates of branches and tags only
 * @returns one change for each update, in their order; commits in more than one of them are shared
 * @throws BelfryError `git` when there is no git or no repository, `invalid` for an id that is none
 */
export async function describePush(
  directory: string,
  updates: readonly RefUpdate[],
  { path, history, branches, paths, ...given }: DescribeOptions = {},
): Promise<RefChange[]> {
  const limits = { ...DEFAULT_LIMITS, ...given, history, branches, paths };
  const place = { repository: directory, path };
  checkIds(updates);
  if (updates.length === 0) return [];
  if (await isPartialClone(directory)) return throughView(place, updates, limits);
  const objects = await findPushed(place, updates);
  // A file that it includes may be the pusher's alone.
  if ([...objects.values()].some(hasUnreadConfig)) return throughView(place, updates, limits);
  return describe(place, updates, objects, limits);
}

type Place = GitPlace & { repository: string };
type Limits = PushLimits & Beside;

/** Of the repository's objects alone, whatever its configuration says. */
async function throughView(
  place: Place,
  updates: readonly RefUpdate[],
  limits: Limits,
): Promise<RefChange[]> {
  const all = async (at: Place) => describe(at, updates, await findPushed(at, updates), limits);
  return withObjectView(place, updates[0]!.new, all).catch(error => {
    // There is no room for a view.
    if ('syscall' in error) return all(place);
    throw error;
  });
}

function hasUnreadConfig(object: FoundObject | Unread): boolean {
  return object instanceof Unread && /: bad config|unable to access|expand/.test(object.cause?.message ?? '');
}

async function describe(
  place: Place,
  updates: readonly RefUpdate[],
  objects: ReadonlyMap<string, FoundObject | Unread>,
  { branches, history, paths = false, ...limits }: Limits,
): Promise<RefChange[]> {
  const plans = updates.map(update => planUpdate(update, objects));
  const ranges = await pushRanges(place, plans, limits.commits, history);
  const tags = distinct(plans.map(plan => plan.tag));
  const heads = distinct(plans.map(plan => plan.head));
  const others = new Set<string>();
  const choose = (of: readonly CommitRange[]) => chooseCommits(of, heads, others, limits.described);
  const lists = choose(ranges);
  const more = branches === undefined ? null : await moreOf({ place, plans, limits, paths }, branches);
  // Behind the others, which have the room that they would have without them.
  const fresh = more === null ? [] : choose(more.ranges);
  const texts = await readTexts(place, { tags, commits: [...heads, ...others] }, limits);
  const events = new EventsBudget(limits.eventsBytes);
  const given = { ...texts, events };
  const changes = plans.map((plan, index) => assemble(plan, ranges[index]!, lists[index]!, given));
  return more === null ? changes : more.addTo(changes, fresh, given);
}

/** Few servers need it. */
async function moreOf(context: Parameters<typeof MoreOfPush.read>[0], branches: FindBranches) {
  const { MoreOfPush } = await import('./more-facts.ts');
  return MoreOfPush.read(context, branches);
}

/** A repository of which git can read nothing has moved its refs all the same. */
async function findPushed(
  place: Place,
  updates: readonly RefUpdate[],
): Promise<Map<string, FoundObject | Unread>> {
  const names = namesToFind(updates);
  try {
    return await findObjects(place, names);
  } catch (error) {
    if (error instanceof NoGitError || !(await isRepository(place.repository))) throw error;
    const unread = new Unread(`cannot be read (${(error as Error).message})`, error as Error);
    return new Map(names.map(name => [name, unread]));
  }
}

async function readTexts(
  place: GitPlace,
  ids: { tags: string[]; commits: string[] },
  limits: PushLimits,
): Promise<Texts> {
  if (ids.tags.length + ids.commits.length === 0) return { tags: new Map(), commits: new Map() };
  const budget = new TextBudget(limits);
  using reader = new ObjectReader(place, 'contents');
  const tags = await readTags(reader, ids.tags, limits, budget);
  const commits = await describeCommits(place, reader, ids.commits, limits, budget);
  return { tags, commits };
}

interface Texts {
  tags: ReadonlyMap<string, AnnotatedTag | string>;
  commits: ReadonlyMap<string, Described>;
}

function assemble(
  plan: UpdatePlan,
  range: PushRange,
  list: readonly string[],
  { tags, commits, events }: Texts & { events: EventsBudget },
): RefChange {
  const { update, kind, created, deleted } = plan;
  const isBranch = kind === 'branch';
  const cut = [...plan.cut];
  if (range.trouble !== null)
    cut.push(`Of the new commits only the tip is described and counted: ${range.trouble}`);
  const unread = new Set<string>();
  const readable = (id: string): DescribedCommit | undefined => {
    const found = commits.get(id);
    if (typeof found === 'string') unread.add(found);
    return typeof found === 'string' ? undefined : found;
  };
  const tip = plan.head === null ? undefined : readable(plan.head);
  const known = list.map(readable).filter(one => one !== undefined);
  const { head, listed } = events.take(tip, known);
  const tag = plan.tag === null ? undefined : tags.get(plan.tag);
  if (typeof tag === 'string') cut.push(tag);
  else cut.push(...(tag?.cut ?? []));
  cut.push(...unread);
  const shown = [...new Set([head, ...listed])].filter(one => one !== undefined);
  cut.push(...saidOf(shown));
  if (list.length < range.newest.length || listed.length < known.length) {
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
    tag: tag === undefined || typeof tag === 'string' ? null : { message: tag.message, tagger: tag.tagger },
    cut,
  };
}

function distinct(ids: readonly (string | null)[]): string[] {
  return [...new Set(ids.filter(id => id !== null))];
}
