/**
 * Adds to the changes of a push what only payloads of forges need (`MoreFacts`). It takes what the others have left of the
 * push's budgets, so that nobody else's event is the shorter for it, and starts git only for what was created or cut.
 */
import type { MoreFacts, Paths, RefChange } from '../model/change.ts';
import { type Described, type DescribedCommit, saidOf } from './commit-details.ts';
import type { CommitRange } from './commit-ranges.ts';
import type { EventsBudget } from './events-budget.ts';
import { freshCommits } from './fresh-commits.ts';
import type { GitPlace } from './git-process.ts';
import { Bases, type KnownBranches } from './known-branches.ts';
import type { UpdatePlan } from './plan-updates.ts';
import type { PushLimits } from './push-limits.ts';
import { RestPaths } from './rest-paths.ts';

export type FindBranches = () => Promise<KnownBranches>;

const NOTHING: CommitRange = { total: 0, removed: 0, newest: [] };

interface Context {
  place: GitPlace;
  plans: readonly UpdatePlan[];
  limits: PushLimits;
  /** Whether all paths of each update are wanted. */
  paths: boolean;
}

export class MoreOfPush {
  /** By plan, as `freshCommits` gives them. */
  readonly #fresh: readonly (CommitRange | string | null)[];
  readonly #context: Context;
  readonly #branches: KnownBranches | null;

  private constructor(
    context: Context,
    branches: KnownBranches | null,
    fresh: readonly (CommitRange | string | null)[],
  ) {
    this.#context = context;
    this.#branches = branches;
    this.#fresh = fresh;
  }

  /** By plan: the commits that are wanted of it. */
  get ranges(): CommitRange[] {
    return this.#fresh.map(one => (one === null || typeof one === 'string' ? NOTHING : one));
  }

  /** @param findBranches is asked only where a ref was created */
  static async read(context: Context, findBranches: FindBranches): Promise<MoreOfPush> {
    const { place, plans, limits } = context;
    if (!plans.some(({ created, head }) => created && head !== null))
      return new MoreOfPush(
        context,
        null,
        plans.map(() => null),
      );
    const branches = await findBranches();
    return new MoreOfPush(context, branches, await freshCommits(place, plans, branches, limits.commits));
  }

  /**
   * @param changes one for each plan
   * @param lists by plan the fresh commits that there is room for
   */
  async addTo(
    changes: readonly RefChange[],
    lists: readonly (readonly string[])[],
    { commits, events }: { commits: ReadonlyMap<string, Described>; events: EventsBudget },
  ): Promise<RefChange[]> {
    const bases = this.#branches === null ? null : new Bases(this.#branches);
    let rests: RestPaths | null = null;
    const all: RefChange[] = [];
    try {
      for (const [at, plan] of this.#context.plans.entries()) {
        const change = { ...changes[at]!, cut: [...changes[at]!.cut] };
        const more: MoreFacts = {};
        const { created, head } = plan;
        const base = created && head !== null ? bases?.of(change.ref, head) : undefined;
        if (base !== undefined) more.base = base;
        if (change.tag !== null) addMessage(more, change, change.tag.message, events);
        const fresh = this.#fresh[at]!;
        if (typeof fresh === 'string')
          change.cut.push(`Which of its commits no branch had before is not known: ${fresh}.`);
        else if (fresh !== null) addFresh(more, change, { fresh, list: lists[at]!, commits, events });
        all.push({ ...change, more });
        if (this.#context.paths && change.kind === 'branch' && head !== null) {
          rests ??= new RestPaths(this.#context.place, this.#context.limits);
          const paths = await this.#restOf(plan, change.ref, [], rests);
          // What is not known is not said: who filters by paths is told then.
          if (typeof paths !== 'string' && events.takeBytes(bytesOf(paths))) more.paths = allOf(paths);
        }
        if (!isCut(change, more)) continue;
        rests ??= new RestPaths(this.#context.place, this.#context.limits);
        const listed = created ? more.fresh!.commits : change.commits;
        const rest = await this.#restOf(plan, change.ref, listed, rests);
        if (typeof rest === 'string') change.cut.push(notAll(rest));
        else if (!events.takeBytes(bytesOf(rest))) change.cut.push(notAll('the push is too large'));
        else more.rest = rest;
      }
    } finally {
      rests?.[Symbol.dispose]();
    }
    return all;
  }

  async #restOf(
    { base, baseLost, head, created }: UpdatePlan,
    ref: string,
    listed: readonly Paths[],
    rests: RestPaths,
  ) {
    if (!created) {
      if (base === null) return `its old tip ${baseLost === 'gone' ? 'is gone' : 'cannot be read'}`;
      return rests.between(base, head!, listed);
    }
    const { main, before } = this.#branches!;
    const tip = ref === main || typeof before === 'string' ? undefined : before.get(main);
    const left = tip === undefined ? null : await rests.leftAt(head!, tip);
    return left instanceof Error ? left.message : rests.between(left, head!, listed);
  }
}

function addMessage(more: MoreFacts, change: RefChange, message: string, events: EventsBudget): void {
  more.message = events.takeText(message);
  if (more.message.length < message.length)
    change.cut.push(`Of its message only ${more.message.length} characters are kept: the push is too large.`);
}

function addFresh(
  more: MoreFacts,
  change: RefChange,
  {
    fresh,
    list,
    commits,
    events,
  }: {
    fresh: CommitRange;
    list: readonly string[];
    commits: ReadonlyMap<string, Described>;
    events: EventsBudget;
  },
): void {
  const found = list.map(id => commits.get(id)!);
  const known = found.filter((one): one is DescribedCommit => typeof one !== 'string');
  const { listed } = events.take(undefined, known);
  const said = [
    ...found.filter(one => typeof one === 'string'),
    ...saidOf(listed),
    ...(list.length < fresh.newest.length || listed.length < known.length
      ? [`Only ${listed.length} of ${fresh.total} new commits are described: the push is too large.`]
      : []),
  ];
  // Of its tip it was said already.
  change.cut.push(...new Set(said.filter(one => !change.cut.includes(one))));
  more.fresh = { commits: listed.map(({ commit }) => commit), total: fresh.total };
}

/** Whether paths may be missing in the listed commits, of which there has to be one to have them instead. */
function isCut({ kind, created, cut, commits, total }: RefChange, { fresh }: MoreFacts): boolean {
  if (kind === 'tag') return false;
  const list = created ? (fresh?.commits ?? []) : commits;
  const count = created ? fresh?.total : total;
  return list.length > 0 && (cut.length > 0 || list.length < (count ?? 0));
}

function notAll(reason: string): string {
  return `Changed paths of commits that are not listed, or not in full, are left out: ${reason}.`;
}

function bytesOf(paths: Paths): number {
  return allOf(paths).reduce((sum, path) => sum + path.length, 0);
}

function allOf({ added, removed, modified }: Paths): string[] {
  return [...added, ...removed, ...modified];
}
