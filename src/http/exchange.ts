/** One request on one connection, until its answer is complete, long enough, too late or broken. */
import type { Dispatcher } from 'undici';
import { ANSWER_BYTES } from './decode-body.ts';
import { codeOf, explainRequestError, isClosed } from './explain-error.ts';
import { HttpFailure } from './http-failure.ts';

export interface Outcome {
  status: number | null;
  headers: [name: string, value: string][];
  body: Buffer[];
  truncated: boolean;
  address: string | null;
  failure: HttpFailure | null;
  /** The connection had been used before, and was closed without a byte of an answer: the request may not have arrived. */
  stale: boolean;
}

/** What carries a request: the socket of a connection, or the attempt to get one. */
export interface Carrier {
  /** Where the socket is connected to. */
  readonly address: string | null;
  /** What the first line of the answer said, also where the rest cannot be parsed; null without one. */
  readonly status: number | null;
  /** Why the socket ended, where it said so. */
  readonly socketError: Error | null;
  /** To be called when the request starts. Tells whether one had been made on this socket. */
  begin(): boolean;
  /** Gives up the attempt to connect, if there is one. */
  cancelDial(failure: HttpFailure): void;
}

export interface TimeLimits {
  /** For finding the address, connecting, and the TLS handshake together. Only a new connection needs it. */
  connectMs: number;
  /** For everything, to the last byte of the answer. */
  totalMs: number;
}

/** Sends a request through a pool or a client whose connections name themselves as carriers. */
export function exchange(
  dispatcher: Dispatcher,
  options: Dispatcher.DispatchOptions,
  host: string,
  limits: TimeLimits,
): Promise<Outcome> {
  return new Promise(resolve => dispatcher.dispatch(options, new Exchange(host, limits, resolve)));
}

/** What is encrypted, or comes through a proxy, is passed on from one to the next. */
const TURNS = 3;

export class Exchange implements Dispatcher.DispatchHandler {
  /** Set by the connection that takes the request. */
  carrier: Carrier | null = null;
  readonly connectMs: number;
  readonly #host: string;
  readonly #limitMs: number;
  readonly #resolve: (outcome: Outcome) => void;
  readonly #timer: NodeJS.Timeout;
  #outcome: Outcome | null = null;
  /** Cuts the connection; null before the request is written. */
  #controller: Dispatcher.DispatchController | null = null;
  #reused = false;
  #answered = false;
  /** How often something of an answer has come. */
  #came = 0;
  #size = 0;
  #status: number | null = null;
  #headers: [string, string][] = [];
  #body: Buffer[] = [];

  constructor(host: string, { connectMs, totalMs }: TimeLimits, resolve: (outcome: Outcome) => void) {
    this.connectMs = connectMs;
    this.#host = host;
    this.#limitMs = totalMs;
    this.#resolve = resolve;
    this.#timer = setTimeout(() => this.#tooLate(), Math.max(1, totalMs));
  }

  /** Nothing that comes now counts. */
  get over(): boolean {
    return this.#outcome !== null;
  }

  /** The connection can carry the next request. */
  freed(): void {
    if (this.over) this.#settle();
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    // It was given up between two sockets, where there is no attempt to connect that could be cancelled.
    if (this.over) controller.abort(new Error('given up'));
    else {
      this.#controller = controller;
      this.#reused = this.carrier!.begin();
    }
  }

  onResponseStarted(): void {
    this.#answered = true;
    this.#came++;
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number): void {
    this.#came++;
    if (status < 200) return;
    this.#status = status;
    const raw = controller.rawHeaders as Buffer[];
    for (let index = 0; index + 1 < raw.length; index += 2) {
      this.#headers.push([raw[index]!.toString(), raw[index + 1]!.toString()]);
    }
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.over) return;
    this.#came++;
    const room = ANSWER_BYTES - this.#size;
    this.#size += chunk.length;
    this.#body.push(chunk.length > room ? chunk.subarray(0, room) : chunk);
    if (chunk.length <= room) return;
    this.#end(null, { truncated: true });
    controller.abort(new Error('enough'));
  }

  onResponseEnd(): void {
    this.#end(null, { kept: true });
  }

  onResponseError(_controller: unknown, error: Error): void {
    const line = this.#statusLine();
    const stale = this.#reused && !this.#answered && line === null && isClosed(codeOf(error));
    const cause = isClosed(codeOf(error)) ? (this.carrier?.socketError ?? error) : error;
    const came = { status: this.#status !== null, line: line !== null };
    this.#end(explainRequestError(cause, this.#host, came), { stale });
  }

  #tooLate(): void {
    // What was not sent may as well not be sent now.
    if (this.over) this.#settle();
    else if (this.#controller !== null) this.#readFirst(TURNS);
    else this.#timeOut();
  }

  /**
   * Timers run before sockets are read. Where this process was held up (stopped, or by a slow disk), an answer that came in
   * time may lie in the socket unread; taken for none, the request would be sent again. So what has come is read first.
   * @param turns of the event loop that may bring nothing
   */
  #readFirst(turns: number): void {
    const came = this.#came;
    setImmediate(() => {
      if (this.over) return;
      // A long answer takes several readings. It ends with what was there, or at the length that is enough.
      if (this.#came > came) this.#readFirst(TURNS);
      else if (turns > 1) this.#readFirst(turns - 1);
      else this.#timeOut();
    });
  }

  #timeOut(): void {
    const seconds = Number((this.#limitMs / 1000).toFixed(1));
    const status = this.#status ?? this.#statusLine();
    const what =
      status === null
        ? `${this.#host} did not answer within ${seconds} s`
        : `${this.#host} did not complete its answer (${status}) within ${seconds} s`;
    const failure = new HttpFailure('timeout', what);
    this.#end(failure);
    if (this.#controller !== null) this.#controller.abort(failure);
    else this.carrier?.cancelDial(failure);
  }

  /** Before the request began, the line is another answer's. */
  #statusLine(): number | null {
    return this.#controller === null ? null : this.carrier!.status;
  }

  #end(failure: HttpFailure | null, { kept = false, truncated = false, stale = false } = {}): void {
    if (this.over) return;
    this.#outcome = {
      // Once a status line came, that is the receiver's word; whatever is wrong behind it is a note.
      status: this.#status ?? this.#statusLine(),
      headers: this.#headers,
      body: this.#body,
      truncated,
      address: failure?.address ?? this.carrier?.address ?? null,
      failure,
      stale,
    };
    // Until its connection is free, the next request would open another one.
    if (!kept) this.#settle();
  }

  #settle(): void {
    clearTimeout(this.#timer);
    this.#resolve(this.#outcome!);
  }
}
