/** The connections of one route, kept alive by undici's pool: its latest ones rest for the next request. */
import type { Dispatcher } from 'undici';
import { CLIENT_OPTIONS, Connection } from './connection.ts';
import { exchange, type Outcome, type TimeLimits } from './exchange.ts';
import type { Network } from './open-tcp.ts';
import { createRoute, type Route, type TlsSettings } from './route.ts';
import type { Target } from './target.ts';
import { Pool } from './undici.ts';

export class RoutePool {
  readonly route: Route;
  readonly #network: Network;
  readonly #pool: Pool;

  /** Throws HttpFailure for a proxy that cannot be used and for PEM texts that cannot be read. */
  constructor(
    target: Target,
    proxy: string | null,
    tls: TlsSettings | null,
    network: Network,
    disconnected: () => void,
  ) {
    this.route = createRoute(target, proxy, tls);
    this.#network = network;
    const factory = () => new Connection(this.route, network);
    this.#pool = new Pool(target.origin, { ...CLIENT_OPTIONS, factory });
    this.#pool.on('disconnect', disconnected);
  }

  async send(options: Dispatcher.DispatchOptions, limits: TimeLimits): Promise<Outcome> {
    const { host } = this.route.target;
    const started = performance.now();
    const first = await exchange(this.#pool, options, host, limits);
    if (!first.stale) return first;
    // The server had closed the kept connection meanwhile. Nobody's fault: once more, at once, on a new one. The pool's
    // others may be as old, so it is a connection of its own.
    const fresh = new Connection(this.route, this.#network);
    const totalMs = limits.totalMs - (performance.now() - started);
    const second = await exchange(fresh, options, host, { ...limits, totalMs });
    void fresh.destroy();
    return second;
  }

  get unused(): boolean {
    const { connected, size } = this.#pool.stats;
    return connected === 0 && size === 0;
  }

  /** Closes the connections once they have no request. */
  async close(): Promise<void> {
    await this.#pool.close();
  }
}
