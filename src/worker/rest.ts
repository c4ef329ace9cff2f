/**
 * What a worker does when it has nothing to do: it gives back the memory that its last work has left. V8 would do that
 * by itself (its memory reducer, switched off where a worker is started), but in steps, waking every 8 s for a minute
 * and a half.
 */

/** undici closes its connections after 4 s without a request, and what they held is to go with them. */
const REST_MS = 5_000;

export type Rest = ReturnType<typeof createRest>;

/** @param busy whether something is in flight after all */
export function createRest(busy: () => boolean) {
  let timer: NodeJS.Timeout | undefined;

  function begin(): void {
    clearTimeout(timer);
    timer = setTimeout(() => (busy() ? begin() : giveBack()), REST_MS);
  }

  return {
    /** To be called after each work. */
    begin,
    end: () => clearTimeout(timer),
  };
}

/**
 * The last resort also makes the room for young objects small again and drops compiled code that is not in use; a plain
 * collection does neither. Does nothing without --expose-gc.
 */
function giveBack(): void {
  globalThis.gc?.({ type: 'major', execution: 'sync', flavor: 'last-resort' });
}
