/**
 * One kept-alive connection of a route, with the undici client that speaks on it. It carries one request at a time, so
 * whoever holds it knows which socket a request used and whether that had been used before, and can cut it.
 */
import type { Dispatcher } from 'undici';
import { dial } from './dial.ts';
import { type GuardedReading, guardReading } from './guard-reading.ts';
import type { Network } from './open-tcp.ts';
import type { Route } from './route.ts';
import { Client } from './undici-client.ts';

/** Servers commonly close an idle connection after 5 s (Node, Apache); one second less avoids most races. */
const IDLE_MS = 4_000;
/** A server's `Keep-Alive: timeout=…` counts instead, less a second, up to this. */
const IDLE_MAX_MS = 60_000;

export class Connection {
  /** Where the socket is connected to. */
  address: string | null = null;
  /** Requests begun on this socket. */
  used = 0;
  connected = false;
  /** Why the socket ended, where it said so: TLS gives the alert that the server sent before it closed. */
  socketError: Error | null = null;
  /** The time limit for connecting, whenever that becomes necessary. */
  connectMs = 0;
  readonly #client: Client;
  #reading: GuardedReading | null = null;
  #cancelDial: (() => void) | null = null;

  constructor(route: Route, network: Network, closed: (connection: Connection) => void) {
    this.#client = new Client(route.target.origin, {
      allowH2: false,
      keepAliveTimeout: IDLE_MS,
      keepAliveMaxTimeout: IDLE_MAX_MS,
      keepAliveTimeoutThreshold: 1_000,
      // The total time limit covers both.
      headersTimeout: 0,
      bodyTimeout: 0,
      connect: (_options, callback) => {
        this.address = null;
        this.used = 0;
        this.#cancelDial = dial(route, network, this.connectMs, (failure, dialed) => {
          this.#cancelDial = null;
          if (dialed === null) return callback(failure!, null);
          this.address = dialed.address;
          this.socketError = null;
          dialed.socket.once('error', error => {
            this.socketError = error;
          });
          this.#reading = guardReading(dialed.socket, route.target.host);
          this.connected = true;
          callback(null, dialed.socket as never);
        });
      },
    });
    this.#client.on('disconnect', () => {
      this.connected = false;
      closed(this);
    });
  }

  /** To be called when a request starts. Tells whether one had been made on this socket. */
  begin(): boolean {
    this.#reading?.begin();
    return this.used++ > 0;
  }

  /** What the first line of the answer said since then, also where the rest cannot be parsed; null without one. */
  get statusLine(): number | null {
    return this.#reading?.status() ?? null;
  }

  dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): void {
    this.#client.dispatch(options, handler);
  }

  /** Cuts the connection, or the attempt to get one, at once. */
  destroy(): void {
    this.#cancelDial?.();
    this.#cancelDial = null;
    this.#client.destroy(null, () => {});
  }
}
