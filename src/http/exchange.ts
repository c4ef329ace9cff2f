/** One request on one connection, until its answer is complete, long enough, too late or broken. */
import type { Dispatcher } from 'undici';
import type { Connection } from './connection.ts';
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
  /** The connection can carry the next request. */
  keep: boolean;
}

export function exchange(
  connection: Connection,
  options: Dispatcher.DispatchOptions,
  host: string,
  limitMs: number,
): Promise<Outcome> {
  return new Promise(resolve => {
    const handler = new Exchange(connection, host, limitMs, resolve);
    connection.dispatch(options, handler);
  });
}

/** What is encrypted, or comes through a proxy, is passed on from one to the next. */
const TURNS = 3;

/** A class and not closures: one is made for every request of a queue of 100,000. */
class Exchange implements Dispatcher.DispatchHandler {
  readonly #connection: Connection;
  readonly #host: string;
  readonly #limitMs: number;
  readonly #resolve: (outcome: Outcome) => void;
  readonly #timer: NodeJS.Timeout;
  #over = false;
  #begun = false;
  #reused = false;
  #answered = false;
  /** How often something of an answer has come. */
  #came = 0;
  #size = 0;
  #status: number | null = null;
  #headers: [string, string][] = [];
  #body: Buffer[] = [];

  constructor(connection: Connection, host: string, limitMs: number, resolve: (outcome: Outcome) => void) {
    this.#connection = connection;
    this.#host = host;
    this.#limitMs = limitMs;
    this.#resolve = resolve;
    this.#timer = setTimeout(() => this.#tooLate(), Math.max(1, limitMs));
  }

  onRequestStart(): void {
    this.#begun = true;
    this.#reused = this.#connection.begin();
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

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#over) return;
    this.#came++;
    const room = ANSWER_BYTES - this.#size;
    this.#size += chunk.length;
    this.#body.push(chunk.length > room ? chunk.subarray(0, room) : chunk);
    if (chunk.length > room) this.#end(null, false, true);
  }

  onResponseEnd(): void {
    this.#end(null, true);
  }

  onResponseError(_controller: unknown, error: Error): void {
    const line = this.#statusLine();
    const stale = this.#reused && !this.#answered && line === null && isClosed(codeOf(error));
    const cause = isClosed(codeOf(error)) ? (this.#connection.socketError ?? error) : error;
    const came = { status: this.#status !== null, line: line !== null };
    this.#end(explainRequestError(cause, this.#host, came), false, false, stale);
  }

  #tooLate(): void {
    // What was not sent may as well not be sent now.
    if (this.#begun) this.#readFirst(TURNS);
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
      if (this.#over) return;
      // A long answer takes several readings. It ends with what was there, or at the length that is enough.
      if (this.#came > came) this.#readFirst(TURNS);
      else if (turns > 1) this.#readFirst(turns - 1);
      else this.#timeOut();
    });
  }

  #timeOut(): void {
    const seconds = Number((this.#limitMs / 1000).toFixed(1));
    const status = this.#status ?? this.#statusLine();
    const what = status === null ? 'no answer' : `an answer (${status}) that was not complete`;
    this.#end(new HttpFailure('timeout', `${what} from ${this.#host} within ${seconds} s`), false);
  }

  /** Before the request began, the line is another answer's. */
  #statusLine(): number | null {
    return this.#begun ? this.#connection.statusLine : null;
  }

  #end(failure: HttpFailure | null, keep: boolean, truncated = false, stale = false): void {
    if (this.#over) return;
    this.#over = true;
    clearTimeout(this.#timer);
    this.#resolve({
      // Once a status line came, that is the receiver's word; whatever is wrong behind it is a note.
      status: this.#status ?? this.#statusLine(),
      headers: this.#headers,
      body: this.#body,
      truncated,
      address: failure?.address ?? this.#connection.address,
      failure,
      stale,
      keep,
    });
  }
}
