/**
 * Requests that the queue does not know to be under way: most are answered before anybody could look, and to mark each
 * would double what is written. Those that take longer are marked, so that `belfry deliveries` shows them as `sending`.
 */

/** Several times what a receiver nearby takes, and sooner than a person can look. */
const UNMARKED_MS = 100;

/** @param late called when one of them has taken so long */
export function createUnderWay(late: () => void) {
  /** When they began, in that order, on the clock of timers. */
  const since = new Map<number, number>();
  let timer: NodeJS.Timeout | undefined;

  function watch(): void {
    if (timer !== undefined || since.size === 0) return;
    const [first] = since.values();
    timer = setTimeout(look, Math.max(1, first! + UNMARKED_MS - performance.now()));
  }

  function look(): void {
    timer = undefined;
    const [first] = since.values();
    if (first !== undefined && first + UNMARKED_MS <= performance.now()) late();
    else watch();
  }

  return {
    /** @param seq of a delivery that is not marked */
    began(seq: number): void {
      since.set(seq, performance.now());
      watch();
    },

    ended(seq: number): void {
      since.delete(seq);
    },

    /** Those that have taken so long, to be marked; they are forgotten. */
    take(): number[] {
      const taken: number[] = [];
      for (const [seq, began] of since) {
        if (began + UNMARKED_MS > performance.now()) break;
        taken.push(seq);
      }
      for (const seq of taken) since.delete(seq);
      watch();
      return taken;
    },
  };
}
