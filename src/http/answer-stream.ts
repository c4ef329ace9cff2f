/**
 * The stream that undici reads an answer from, over the socket of a connection. It keeps the status line of an answer
 * that the parser refuses, and hands on what RFC 9110 and undici agree about: undici reads as long as anything comes,
 * and ends the request at an unasked `100 Continue`. RFC 9110 §15.2 wants that one left out, and an answer that grows
 * without coming to an end (a flood of 1xx, chunk extensions, empty lines) is ended by the bytes it took: its time limit
 * alone would let it keep the worker busy.
 */
import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { ANSWER_BYTES } from './decode-body.ts';
import { HttpFailure } from './http-failure.ts';
import { StatusLine } from './status-line.ts';

/** 64 KiB in chunks of one byte take six times as much; headers and trailers may take 16 KiB each. */
const MOST_BYTES = 16 * ANSWER_BYTES;
const CONTINUE = Buffer.from('HTTP/1.1 100');
const HEAD_BYTES = 16_384;
const NOTHING = Buffer.alloc(0);

export class AnswerStream extends Duplex {
  /** Why the socket ended, where it said so: TLS gives the alert that the server sent before it closed. */
  socketError: Error | null = null;
  readonly #socket: Duplex & Partial<Pick<Socket, 'ref' | 'unref'>>;
  readonly #host: string;
  readonly #line = new StatusLine();
  #requests = 0;
  /** Bytes since the request began. */
  #size = 0;
  /** The beginning of an answer, as long as it may be a `100 Continue`; null behind it. */
  #start: Buffer | null = null;

  /** @param host is named in messages */
  constructor(socket: Duplex, host: string) {
    super({ allowHalfOpen: false });
    this.#socket = socket;
    this.#host = host;
    socket.on('data', (chunk: Buffer) => this.#take(chunk));
    socket.once('end', () => this.push(null));
    socket.once('error', error => {
      this.socketError = error;
      this.destroy(error);
    });
    socket.once('close', () => {
      // What came before an orderly end is still to be read, and undici closes the stream then.
      if (!socket.readableEnded) this.destroy();
    });
  }

  /** To be called when a request starts. Tells whether one had been made on this socket. */
  begin(): boolean {
    this.#size = 0;
    this.#start = NOTHING;
    this.#line.begin();
    return this.#requests++ > 0;
  }

  /** What the first line of the answer said since then, however little of the rest is HTTP; null before it. */
  get status(): number | null {
    return this.#line.status;
  }

  /** undici lets a connection without a request not keep the process alive. */
  ref(): void {
    this.#socket.ref?.();
  }

  unref(): void {
    this.#socket.unref?.();
  }

  override _read(): void {
    this.#socket.resume();
  }

  // What is written goes to the socket as it is; a second buffer would take a tenth of the time of a request.
  override write(chunk: Buffer | string, encoding?: unknown): boolean {
    return this.#socket.write(chunk, encoding as BufferEncoding);
  }

  override cork(): void {
    this.#socket.cork();
  }

  override uncork(): void {
    this.#socket.uncork();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#socket.destroy();
    done(error);
  }

  #take(chunk: Buffer): void {
    this.#size += chunk.length;
    this.#line.read(chunk);
    if (this.#size > MOST_BYTES) {
      this.destroy(
        new HttpFailure('protocol', `what ${this.#host} answered does not come to an end within 1 MiB`),
      );
      return;
    }
    const bytes = this.#start === null ? chunk : this.#skipContinue(this.#start, chunk);
    if (bytes !== null && !this.push(bytes)) this.#socket.pause();
  }

  #skipContinue(begun: Buffer, chunk: Buffer): Buffer | null {
    let bytes = begun.length === 0 ? chunk : Buffer.concat([begun, chunk]);
    for (;;) {
      const length = Math.min(bytes.length, CONTINUE.length);
      const same = bytes.compare(CONTINUE, 0, length, 0, length) === 0;
      const end = same ? endOfHead(bytes) : -1;
      if (end === -1) {
        this.#start = same && bytes.length < HEAD_BYTES ? bytes : null;
        return this.#start === null ? bytes : null;
      }
      bytes = bytes.subarray(end);
    }
  }
}

/** Behind the first empty line, also where lines end in line feeds alone; -1 when it has not come. */
function endOfHead(bytes: Buffer): number {
  const ends = [bytes.indexOf('\r\n\r\n') + 4, bytes.indexOf('\n\n') + 2].filter(end => end > 3);
  return ends.length === 0 ? -1 : Math.min(...ends);
}
