/**
 * Requests that the queue does not know to be under way: most are answered before anybody could look, and to mark each
 * would double what is written. Those that take longer are marked, so that `belfry deliveries` shows them as `sending`.
 */

/** They are marked at the second tick: several times what a receiver nearby takes, and sooner than a person can look. */
const TICK_MS = 60;

/** @param late called when some are to be marked */
export function createUnderWay(late: () => void) {
  let fresh = new Set<number>();
  let older = new Set<number>();
  const due = new Set<number>();
  let timer: NodeJS.Timeout | undefined;

  function tick(): void {
    for (const seq of older) due.add(seq);
    older = fresh;
    fresh = new Set();
    timer = older.size > 0 ? setTimeout(tick, TICK_MS) : undefined;
    if (due.size > 0) late();
  }

  return {
    /** @param seq of a delivery that is not marked */
    began(seq: number): void {
      fresh.add(seq);
      if (timer === undefined) timer = setTimeout(tick, TICK_MS);
    },

    ended(seq: number): void {
      for (const some of [fresh, older, due]) some.delete(seq);
    },

    /** Those to be marked; they are forgotten. */
    take(): number[] {
      const taken = [...due];
      due.clear();
      return taken;
    },
  };
}
