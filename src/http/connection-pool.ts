/** The connections of one route: idle ones wait here for the next request, the latest used first. */
import { Connection } from './connection.ts';
import type { Network } from './open-tcp.ts';
import type { Route } from './route.ts';

export class ConnectionPool {
  readonly route: Route;
  readonly #network: Network;
  readonly #idle: Connection[] = [];
  readonly #emptied: () => void;
  #busy = 0;

  constructor(route: Route, network: Network, emptied: () => void) {
    this.route = route;
    this.#network = network;
    this.#emptied = emptied;
  }

  take(connectMs: number): Connection {
    const connection = this.#idle.pop();
    if (connection === undefined) return this.takeFresh(connectMs);
    this.#busy++;
    connection.connectMs = connectMs;
    return connection;
  }

  /** One that was never used. */
  takeFresh(connectMs: number): Connection {
    this.#busy++;
    const connection = new Connection(this.route, this.#network, closed => this.#drop(closed));
    connection.connectMs = connectMs;
    return connection;
  }

  /** `keep`: the answer was read to its end. A server that closes its connections may have done so by now. */
  giveBack(connection: Connection, keep: boolean): void {
    this.#busy--;
    if (keep && connection.connected) this.#idle.push(connection);
    else connection.destroy();
    this.#tellEmpty();
  }

  closeIdle(): void {
    for (const connection of this.#idle.splice(0)) connection.destroy();
    this.#tellEmpty();
  }

  #drop(connection: Connection): void {
    const place = this.#idle.indexOf(connection);
    if (place === -1) return;
    this.#idle.splice(place, 1);
    connection.destroy();
    this.#tellEmpty();
  }

  #tellEmpty(): void {
    if (this.#busy === 0 && this.#idle.length === 0) this.#emptied();
  }
}
