/** Sleeps until a time is over or somebody wakes it, whichever comes first; a call to wake is never lost. */

export type Waker = ReturnType<typeof createWaker>;

export function createWaker() {
  let awake = false;
  let resolve: ((reason: 'woken' | 'time') => void) | null = null;

  function wake(): void {
    if (resolve === null) awake = true;
    else resolve('woken');
  }

  return {
    wake,

    /** @param ms null: no time limit */
    async wait(ms: number | null): Promise<'woken' | 'time'> {
      if (awake) {
        awake = false;
        return 'woken';
      }
      const { promise, resolve: settle } = Promise.withResolvers<'woken' | 'time'>();
      resolve = settle;
      const timer = ms === null ? undefined : setTimeout(settle, ms, 'time');
      try {
        return await promise;
      } finally {
        resolve = null;
        clearTimeout(timer);
      }
    },

    /** Waits for a time, whatever happens. */
    async pause(ms: number): Promise<void> {
      await new Promise(done => setTimeout(done, ms));
    },
  };
}
