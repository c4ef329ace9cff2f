/**
 * Connections that need the same name at the same time share one lookup. A name whose servers are silent keeps a thread
 * for 10 s or more, however soon its request is given up: with one each, the retries of a single such webhook would take
 * all threads, and no other name would be found (`system/lookup-threads.ts`).
 */
import type { Lookup } from './open-tcp.ts';

export function shareLookups(lookup: Lookup): Lookup {
  const underWay = new Map<string, Parameters<Lookup>[2][]>();
  return (host, options, callback) => {
    const waiting = underWay.get(host);
    if (waiting !== undefined) return void waiting.push(callback);
    const callbacks = [callback];
    underWay.set(host, callbacks);
    lookup(host, options, (error, addresses) => {
      underWay.delete(host);
      for (const each of callbacks) each(error, addresses);
    });
  };
}
