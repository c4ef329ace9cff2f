/**
 * Stands between a socket and undici, which reads as long as anything comes and ends the request at an unasked
 * `100 Continue`. RFC 9110 §15.2 wants that one left out, and an answer that grows without coming to an end (a flood of
 * 1xx, chunk extensions, empty lines) is ended by the bytes it took: its time limit alone would let it keep the worker busy.
 */
import type { Duplex } from 'node:stream';
import { ANSWER_BYTES } from './decode-body.ts';
import { HttpFailure } from './http-failure.ts';
import { StatusLine } from './status-line.ts';

/** 64 KiB in chunks of one byte take six times as much; headers and trailers may take 16 KiB each. */
const MOST_BYTES = 16 * ANSWER_BYTES;
const CONTINUE = Buffer.from('HTTP/1.1 100');
const HEAD_BYTES = 16_384;
const NOTHING = Buffer.alloc(0);

export interface GuardedReading {
  /** To be called when a request begins on the socket. */
  begin(): void;
  /** What the answer's own first line says, however little of the rest is HTTP; null before it. */
  status(): number | null;
}

export function guardReading(socket: Duplex, host: string): GuardedReading {
  const read = socket.read.bind(socket);
  const line = new StatusLine();
  let size = 0;
  /** The beginning of an answer, as long as it may be a `100 Continue`; null behind it. */
  let start: Buffer | null = null;

  function skipContinue(begun: Buffer, chunk: Buffer): Buffer | null {
    let bytes = begun.length === 0 ? chunk : Buffer.concat([begun, chunk]);
    for (;;) {
      const length = Math.min(bytes.length, CONTINUE.length);
      const same = bytes.compare(CONTINUE, 0, length, 0, length) === 0;
      const end = same ? endOfHead(bytes) : -1;
      if (end === -1) {
        start = same && bytes.length < HEAD_BYTES ? bytes : null;
        return start === null ? bytes : null;
      }
      bytes = bytes.subarray(end);
    }
  }

  socket.read = (wanted?: number) => {
    const chunk: Buffer | null = read(wanted);
    if (chunk === null) return null;
    size += chunk.length;
    line.read(chunk);
    if (size > MOST_BYTES) {
      socket.destroy(
        new HttpFailure('protocol', `what ${host} answered does not come to an end within 1 MiB`),
      );
      return null;
    }
    return start === null ? chunk : skipContinue(start, chunk);
  };

  return {
    begin() {
      size = 0;
      start = NOTHING;
      line.begin();
    },
    status: () => line.status,
  };
}

/** Behind the first empty line, also where lines end in line feeds alone; -1 when it has not come. */
function endOfHead(bytes: Buffer): number {
  const ends = [bytes.indexOf('\r\n\r\n') + 4, bytes.indexOf('\n\n') + 2].filter(end => end > 3);
  return ends.length === 0 ? -1 : Math.min(...ends);
}
