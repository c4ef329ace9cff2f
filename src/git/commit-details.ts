/**
 * What the described commits say and change: their objects and trees come out of one `git cat-file`, which understands
 * nothing of what it reads, so that a commit git cannot make sense of costs only itself.
 */
import type { Commit } from '../model/change.ts';
import { plural } from '../text/plural.ts';
import type { BatchAnswer } from './batch-objects.ts';
import { type ChangedPaths, changedPaths } from './changed-paths.ts';
import type { GitPlace } from './git-process.ts';
import { type ObjectReader, Unread } from './object-reader.ts';
import { type CommitRoom, parseCommit, type RawCommit } from './parse-commit.ts';
import type { PushLimits } from './push-limits.ts';
import { shallowCommits } from './shallow-commits.ts';
import type { TextBudget } from './text-budget.ts';
import { TreeSource } from './tree-source.ts';
import { WalkBudget } from './walk-budget.ts';

export interface DescribedCommit {
  commit: Commit;
  /** What was left out of it, one sentence each. */
  cut: string[];
  /** Why its changed paths are not all known, likewise. */
  incomplete: string[];
}

/** A commit that cannot be described, and why: a sentence. */
export type Described = DescribedCommit | string;

/** What was left out of these commits, one sentence each. */
export function saidOf(shown: readonly DescribedCommit[]): string[] {
  const incomplete = shown.filter(one => one.incomplete.length > 0);
  const more = incomplete.length - MOST_INCOMPLETE;
  return [
    ...incomplete.slice(0, MOST_INCOMPLETE).flatMap(one => one.incomplete),
    ...(more > 0 ? [`Changed paths are incomplete for ${plural(more, 'more commit')}.`] : []),
    ...shown.flatMap(one => one.cut),
  ];
}

/** Of so many commits is said why: a partial clone may have the trees of none. */
const MOST_INCOMPLETE = 3;

/** They are read at the same time and described in their order: the fewer turns, the faster. */
const AT_ONCE = 64;
/** Of their messages and paths so much is held. Of a whole push hardly a tenth of it is kept. */
const HELD_BYTES = 48 * 1024 * 1024;
/** 300,000 parents have room, and the longest text. */
const COMMIT_BYTES = 16 * 1024 * 1024;
/** When the time is over: all of an ordinary one. */
const LATE_COMMIT_BYTES = 64 * 1024;
/** Trees of parents that are remembered. */
const MOST_KNOWN = 10_000;

/** @param ids of commits, each once */
export async function describeCommits(
  place: GitPlace,
  reader: ObjectReader,
  ids: readonly string[],
  limits: PushLimits,
  budget: TextBudget,
): Promise<Map<string, Described>> {
  const described = new Map<string, Described>();
  if (ids.length === 0) return described;
  const details = new Details(reader, await shallowCommits(place), limits);
  for (let at = 0; at < ids.length; at += AT_ONCE) {
    const room = budget.room(HELD_BYTES);
    const found = await Promise.all(ids.slice(at, at + AT_ONCE).map(id => details.find(id, room)));
    for (const one of found) {
      described.set(one.id, typeof one.raw === 'string' ? one.raw : describe(one as Found, budget));
    }
  }
  return described;
}

interface Found {
  id: string;
  raw: RawCommit;
  changes: ChangedPaths;
}

type Room = ReturnType<TextBudget['room']>;

class Details {
  readonly #reader: ObjectReader;
  readonly #shallow: ReadonlySet<string>;
  readonly #walk: WalkBudget;
  readonly #trees: TreeSource;
  /** By commit. */
  readonly #treeOf = new Map<string, string>();

  constructor(reader: ObjectReader, shallow: ReadonlySet<string>, limits: PushLimits) {
    this.#reader = reader;
    this.#shallow = shallow;
    this.#walk = new WalkBudget(limits);
    this.#trees = new TreeSource(reader);
  }

  async find(id: string, room: Room): Promise<Found | { id: string; raw: string }> {
    const share = this.#walk.share();
    const object = await this.#reader.read(id, share.inTime() ? COMMIT_BYTES : LATE_COMMIT_BYTES);
    const raw = this.#parse(id, object, room.commit);
    if (typeof raw === 'string') return { id, raw };
    const [parent] = raw.parents;
    const before = parent === undefined ? null : await this.#treeOfCommit(parent);
    if (before instanceof Unread) {
      const trouble = [`its parent ${parent!.slice(0, 12)} ${before.reason}`];
      return { id, raw, changes: { paths: [], total: 0, trouble } };
    }
    const changes = await changedPaths(this.#trees, before, raw.tree, { share, room: room.paths });
    return { id, raw, changes };
  }

  #parse(id: string, object: BatchAnswer | Unread, room: CommitRoom): RawCommit | string {
    const named = `The commit ${id.slice(0, 12)}`;
    if (object instanceof Unread) return `${named} ${object.reason}.`;
    const raw = object.type === 'commit' ? parseCommit(object.bytes, object.size, room) : null;
    if (raw === null) return `${named} is not a proper commit.`;
    this.#know(id, raw.tree);
    return this.#shallow.has(id) ? { ...raw, parents: [], parentCount: 0 } : raw;
  }

  async #treeOfCommit(id: string): Promise<string | Unread> {
    const known = this.#treeOf.get(id);
    if (known !== undefined) return known;
    const object = await this.#reader.read(id, FIRST_LINE);
    if (object instanceof Unread) return object;
    const tree = /^tree ([0-9a-f]+)\n/.exec(object.bytes.toString('latin1'))?.[1];
    if (object.type !== 'commit' || tree?.length !== id.length) return new Unread('is not a proper commit');
    this.#know(id, tree);
    return tree;
  }

  #know(id: string, tree: string): void {
    if (this.#treeOf.size >= MOST_KNOWN) this.#treeOf.clear();
    this.#treeOf.set(id, tree);
  }
}

/** `tree <id>\n` */
const FIRST_LINE = 'tree '.length + 64 + 1;

function describe({ id, raw, changes }: Found, budget: TextBudget): DescribedCommit {
  const named = `Commit ${id.slice(0, 12)}`;
  const cut: string[] = [];
  const shortened = (kept: number, length: number) =>
    void cut.push(`${named}: ${kept} of ${length} bytes of a name are kept.`);
  const { tree, parents, parentCount } = raw;
  if (parents.length < parentCount)
    cut.push(`${named}: ${parentCount - parents.length} of its ${parentCount} parents are left out.`);
  if (!raw.complete) cut.push(`${named}: its header is too large, and was not read to its end.`);
  const author = budget.person(raw.author, shortened);
  const committer = budget.person(raw.committer, shortened);
  const message = budget.message(raw.message.bytes, raw.message.length);
  if (message.cutTo !== null)
    cut.push(`${named}: ${message.cutTo} of ${raw.message.length} bytes of its message are kept.`);
  const paths = keepPaths(changes, budget);
  const incomplete = changes.trouble.map(reason => `${named}: its changed paths are incomplete: ${reason}.`);
  const left = changes.total - paths.count;
  if (left > 0) cut.push(`${named}: ${left} of ${changes.total} changed paths are left out.`);
  const { added, removed, modified } = paths;
  const commit = { id, tree, parents, message: message.text, author, committer, added, removed, modified };
  return { commit, cut, incomplete };
}

function keepPaths({ paths }: ChangedPaths, budget: TextBudget) {
  const kept = { added: [] as string[], removed: [] as string[], modified: [] as string[], count: 0 };
  for (const { change, path } of paths) {
    const text = budget.path(path, path.length, kept.count);
    if (text === null) continue;
    kept.count++;
    kept[change].push(text);
  }
  return kept;
}
