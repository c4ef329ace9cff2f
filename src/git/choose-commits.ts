/** Which commits of a push are described: each of them costs reading its trees. */
import type { CommitRange } from './commit-ranges.ts';

/**
 * The newest commits of each range, as long as there is room; the tips are described in any case.
 * @param others get what is chosen beside them
 */
export function chooseCommits(
  ranges: readonly CommitRange[],
  heads: readonly string[],
  others: Set<string>,
  room: number,
): string[][] {
  const tips = new Set(heads);
  return ranges.map(({ newest }) => {
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
}
