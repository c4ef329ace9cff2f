/** Room for host names whose servers are silent. */

/**
 * To be called before anything else: libuv reads the number when it first needs a thread. Of its 4 threads only 2 look up
 * host names, so two names whose servers are silent (10 s each) held up every new connection of every webhook, even to
 * localhost. Threads that sleep take no memory to speak of (measured: no difference between 4 and 128).
 */
export function makeLookupThreads(): void {
  process.env.UV_THREADPOOL_SIZE = '128';
}
