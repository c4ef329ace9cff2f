/**
 * Connections that need the same name at the same time share one lookup. A name whose servers are silent keeps a thread
 * for 10 s or more, however soon its request is given up: with one each, the retries of a single such webhook would take
 * all threads, and no other name would be found (`host/lookup-threads.ts`). Some threads are kept for names that were
 * found before, so that no number of silent ones holds up a receiver that is known to be well.
 */
import type { Lookup } from './open-tcp.ts';

/** Of the 64 threads that look up names. */
const MOST_UNKNOWN = 60;
/** Remembered names. */
const KNOWN = 1_000;

export function shareLookups(lookup: Lookup): Lookup {
  const underWay = new Map<string, Parameters<Lookup>[2][]>();
  const known = new Set<string>();
  const waiting: (() => void)[] = [];
  let unknown = 0;

  const start: Lookup = (host, options, callback) => {
    const isKnown = known.has(host);
    if (!isKnown) unknown++;
    lookup(host, options, (error, addresses) => {
      if (error) known.delete(host);
      else remember(host);
      if (!isKnown) {
        unknown--;
        waiting.shift()?.();
      }
      callback(error, addresses);
    });
  };

  function remember(host: string): void {
    if (known.size >= KNOWN) known.clear();
    known.add(host);
  }

  return (host, options, callback) => {
    const others = underWay.get(host);
    if (others !== undefined) return void others.push(callback);
    const callbacks = [callback];
    underWay.set(host, callbacks);
    const found: typeof callback = (error, addresses) => {
      underWay.delete(host);
      for (const each of callbacks) each(error, addresses);
    };
    if (known.has(host) || unknown < MOST_UNKNOWN) start(host, options, found);
    else waiting.push(() => start(host, options, found));
  };
}
