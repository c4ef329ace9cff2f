/** One kept-alive connection of a route, which carries one request at a time: an undici client that tells who carries it. */
import type { Dispatcher } from 'undici';
import { AnswerStream } from './answer-stream.ts';
import { dial } from './dial.ts';
import type { Carrier, Exchange } from './exchange.ts';
import type { HttpFailure } from './http-failure.ts';
import type { Network } from './open-tcp.ts';
import type { Route } from './route.ts';
import { Client } from './undici.ts';

export const CLIENT_OPTIONS = {
  allowH2: false,
  // Servers commonly close an idle connection after 5 s (Node, Apache); one second less avoids most races.
  keepAliveTimeout: 4_000,
  // A server's `Keep-Alive: timeout=…` counts instead, less a second, up to this.
  keepAliveMaxTimeout: 60_000,
  keepAliveTimeoutThreshold: 1_000,
  // The total time limit covers both.
  headersTimeout: 0,
  bodyTimeout: 0,
};

type Connected = (failure: HttpFailure | null, stream: AnswerStream | null) => void;

export class Connection extends Client {
  readonly #carrier: SocketCarrier;

  constructor(route: Route, network: Network) {
    const carrier = new SocketCarrier(route, network);
    super(route.target.origin, {
      ...CLIENT_OPTIONS,
      connect: (_options, connected) =>
        carrier.connect((failure, stream) => {
          if (stream === null) connected(failure!, null);
          // The type names a Socket; undici takes any Duplex, and gives its own proxies some.
          else connected(null, stream as never);
        }),
    });
    this.#carrier = carrier;
    this.on('drain', () => carrier.freed());
  }

  override dispatch(options: Dispatcher.DispatchOptions, exchange: Exchange): boolean {
    this.#carrier.exchange = exchange;
    exchange.carrier = this.#carrier;
    // False means "busy until the event drain", which never comes for a request that was refused at once.
    return super.dispatch(options, exchange) || exchange.over;
  }
}

/** The socket that a client has at the moment, or the attempt to get one. */
class SocketCarrier implements Carrier {
  address: string | null = null;
  exchange: Exchange | null = null;
  readonly #route: Route;
  readonly #network: Network;
  #stream: AnswerStream | null = null;
  #cancelDial: ((failure: HttpFailure) => void) | null = null;

  constructor(route: Route, network: Network) {
    this.#route = route;
    this.#network = network;
  }

  connect(connected: Connected): void {
    this.address = null;
    this.#stream = null;
    const settle: Connected = (failure, stream) => {
      this.#cancelDial = null;
      this.#stream = stream;
      connected(failure, stream);
    };
    const cancel = dial(this.#route, this.#network, this.exchange!.connectMs, (failure, dialed) => {
      if (dialed === null) return settle(failure, null);
      this.address = dialed.address;
      settle(null, new AnswerStream(dialed.socket, this.#route.target.host));
    });
    this.#cancelDial = failure => {
      cancel();
      settle(failure, null);
    };
  }

  begin(): boolean {
    return this.#stream!.begin();
  }

  get status(): number | null {
    return this.#stream?.status ?? null;
  }

  get socketError(): Error | null {
    return this.#stream?.socketError ?? null;
  }

  cancelDial(failure: HttpFailure): void {
    this.#cancelDial?.(failure);
  }

  freed(): void {
    const { exchange } = this;
    this.exchange = null;
    exchange?.freed();
  }
}
