/** Random histories with merges, several roots and wrong clocks, the same for the same seed, and the plain truth about them. */
import type { PlannedCommit } from './bare-repository.ts';

/** Mulberry32: numbers from 0 to 1. */
export function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export interface HistoryShape {
  commits: number;
  /** How likely a commit has no parent, and how likely it has several. */
  roots: number;
  merges: number;
  /** How far back a parent may lie. */
  reach: number;
  /** How many seconds a clock may be wrong; commits are a minute apart. */
  skew: number;
  /** How many commits in a row have the same time; 1 if not given. */
  equal?: number;
}

export function randomHistory(
  roll: () => number,
  shape: HistoryShape,
): Required<Pick<PlannedCommit, 'parents' | 'date'>>[] {
  const plan = [];
  for (let index = 0; index < shape.commits; index++) {
    const earlier = () => Math.max(0, index - 1 - Math.floor(roll() ** 3 * shape.reach));
    const parents = new Set<number>();
    if (index > 0 && roll() >= shape.roots) {
      parents.add(earlier());
      if (roll() < shape.merges) parents.add(earlier());
      if (roll() < shape.merges / 5) parents.add(earlier());
    }
    const date =
      1_500_000_000 +
      Math.floor(index / (shape.equal ?? 1)) * 60 +
      Math.round((roll() - 0.5) * 2 * shape.skew);
    plan.push({ parents: [...parents], date });
  }
  return plan;
}

/** All commits that a commit reaches, itself among them. */
export function reach(plan: { parents: number[] }[], tip: number): Set<number> {
  const found = new Set([tip]);
  for (const commit of found) for (const parent of plan[commit]!.parents) found.add(parent);
  return found;
}

export function minus(a: Set<number>, b: Set<number>): Set<number> {
  return new Set([...a].filter(one => !b.has(one)));
}
