/** One thing after the other is tried after all of them together did not work: for so long, and then no more. */

const PATIENCE_MS = 30_000;

export class Patience {
  #left: number;

  /** @param ms milliseconds for all attempts together */
  constructor(ms = PATIENCE_MS) {
    this.#left = ms;
  }

  /** @param reason what is given when there is no more time; else what the work gives, or the error that it ends by */
  async attempt<T>(reason: Error, work: (ms: number) => Promise<T>): Promise<T | Error> {
    if (this.#left <= 0) return reason;
    const startedAt = performance.now();
    try {
      return await work(this.#left);
    } catch (error) {
      return error as Error;
    } finally {
      this.#left -= performance.now() - startedAt;
    }
  }
}
