/** What is known of a repository's branches around a push, for what it brought that no branch had before. */
import { isZeroId, type RefUpdate } from '../model/change.ts';

export interface KnownBranches {
  /** Full name of the default branch, whether it is there or not. */
  main: string;
  /**
   * All branches by full name, in the order of their names, as they were before the push; what it has moved itself is there with
   * its old tip. A sentence without an end: why nobody knows.
   */
  before: ReadonlyMap<string, string> | string;
  /** What the whole push has moved, where only a part of it is described. */
  moved: readonly RefUpdate[];
}

/** Finds a branch at the same commit as a ref that was created. */
export class Bases {
  readonly #main: string;
  readonly #after: Map<string, string>;
  /** By tip, the first by name: of the branches that were there before, and of those that the push has made. */
  readonly #old = new Map<string, string>();
  readonly #made = new Map<string, string>();

  constructor({ main, before, moved }: KnownBranches) {
    this.#main = main;
    this.#after = new Map(typeof before === 'string' ? [] : before);
    if (typeof before === 'string') return;
    const created = new Set<string>();
    for (const { ref, old, new: tip } of moved) {
      if (!ref.startsWith('refs/heads/')) continue;
      if (isZeroId(tip)) this.#after.delete(ref);
      else this.#after.set(ref, tip);
      if (isZeroId(old)) created.add(ref);
    }
    for (const [ref, tip] of this.#after) {
      // Such a name is not the ref's own: its bytes are no UTF-8.
      if (ref.includes('\ufffd')) continue;
      const first = created.has(ref) ? this.#made : this.#old;
      if (!first.has(tip)) first.set(tip, ref);
    }
  }

  /**
   * The default branch before others. Of two branches that one push makes neither is the other's base, unless that is the
   * default branch; a tag may be made together with its branch.
   */
  of(ref: string, commit: string): string | undefined {
    if (ref !== this.#main && this.#after.get(this.#main) === commit) return this.#main;
    return this.#old.get(commit) ?? (ref.startsWith('refs/tags/') ? this.#made.get(commit) : undefined);
  }
}
