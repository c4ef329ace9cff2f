/**
 * What an update changes as a whole and no commit that is listed of it does: for receivers that decide by paths, and may not
 * miss one. All of it, or a reason why not: a part would be taken for all.
 */
import type { Paths } from '../model/change.ts';
import { changedPaths } from './changed-paths.ts';
import type { GitPlace } from './git-process.ts';
import { ObjectReader, Unread } from './object-reader.ts';
import { Patience } from './patience.ts';
import type { PushLimits } from './push-limits.ts';
import { TreeSource } from './tree-source.ts';
import { mergeBase } from './trial-merge.ts';
import { WalkBudget } from './walk-budget.ts';

/** For all created branches of a push, whose histories are compared one after the other. */
const BASES_MS = 5_000;
/** Of the paths of one push so many bytes are held, beside those of its commits. */
const HELD_BYTES = 16 * 1024 * 1024;

export class RestPaths implements Disposable {
  readonly #place: GitPlace;
  readonly #limits: PushLimits;
  readonly #reader: ObjectReader;
  readonly #trees: TreeSource;
  readonly #walk: WalkBudget;
  readonly #patience = new Patience(BASES_MS);
  readonly #bases = new Map<string, string | null | Error>();
  #left: number;

  constructor(place: GitPlace, limits: PushLimits) {
    this.#place = place;
    this.#limits = limits;
    this.#reader = new ObjectReader(place, 'contents');
    this.#trees = new TreeSource(this.#reader);
    this.#walk = new WalkBudget(limits);
    this.#left = limits.textBytes;
  }

  /** Ends git. */
  [Symbol.dispose](): void {
    this.#reader[Symbol.dispose]();
  }

  /**
   * @param before commit that the update began at, or left the default branch at; null: nothing
   * @param listed what the listed commits have
   * @returns a sentence without an end: why it is not known
   */
  async between(before: string | null, after: string, listed: readonly Paths[]): Promise<Paths | string> {
    const trees = await Promise.all([before, after].map(id => (id === null ? null : this.#treeOf(id))));
    const unread = trees.find(tree => tree instanceof Unread);
    if (unread !== undefined) return `a commit at an end of it ${unread.reason}`;
    const known = new Set(
      listed.flatMap(({ added, removed, modified }) => [...added, ...removed, ...modified]),
    );
    const { pathsPerCommit, pathBytes } = this.#limits;
    const room = {
      paths: pathsPerCommit + known.size,
      bytes: Number.POSITIVE_INFINITY,
      pathBytes,
      memory: { left: HELD_BYTES },
    };
    const [old, now] = trees as (string | null)[];
    const found = await changedPaths(this.#trees, old!, now!, { share: this.#walk.share(), room });
    if (found.trouble.length > 0) return found.trouble[0]!;
    if (found.paths.length < found.total) return `it changes ${found.total} paths`;
    const rest: Paths = { added: [], removed: [], modified: [] };
    let count = 0;
    for (const { change, path } of found.paths) {
      const text = path.toString('utf8');
      if (known.has(text)) continue;
      this.#left -= path.length;
      if (++count > pathsPerCommit || this.#left < 0) return 'there are too many';
      rest[change].push(text);
    }
    return rest;
  }

  /** Where a branch has left another one; null: they have nothing in common. */
  async leftAt(tip: string, other: string): Promise<string | null | Error> {
    const key = `${tip} ${other}`;
    const known = this.#bases.get(key);
    if (known !== undefined) return known;
    const spent = new Error('finding where its branches have left the default branch takes too long');
    const base = await this.#patience.attempt(spent, ms => mergeBase(this.#place, other, tip, { ms }));
    this.#bases.set(key, base);
    return base;
  }

  async #treeOf(commit: string): Promise<string | Unread> {
    const found = await this.#reader.read(`${commit}^{tree}`);
    return found instanceof Unread ? found : found.id;
  }
}
