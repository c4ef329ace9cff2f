/**
 * Git's pkt-line format (gitformat-protocol-common): four hex digits with the length of the whole line, then its bytes;
 * `0000` ends a section. Lines are bytes: ref names need not be UTF-8.
 */
import { BelfryError } from '../errors.ts';

export const FLUSH = Buffer.from('0000');

const LONGEST = 65_520;
const LF = 0x0a;

/** @throws BelfryError `git` when it is longer than a line may be */
export function pktLine(content: Buffer | string): Buffer {
  const bytes = Buffer.from(content);
  const length = bytes.length + 4;
  if (length > LONGEST)
    throw new BelfryError('git', `a pkt-line holds at most ${LONGEST} bytes, not ${length}`);
  return Buffer.concat([Buffer.from(length.toString(16).padStart(4, '0')), bytes]);
}

export class PktReader {
  readonly #chunks: AsyncIterator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterable<Buffer>) {
    this.#chunks = source[Symbol.asyncIterator]();
  }

  /** The lines up to the next flush, without the line feed that may end one. @throws BelfryError `git` */
  async section(): Promise<Buffer[]> {
    const lines: Buffer[] = [];
    for (;;) {
      const digits = (await this.#take(4)).toString('latin1');
      const length = /^[0-9a-f]{4}$/i.test(digits) ? Number.parseInt(digits, 16) : -1;
      if (length === 0) return lines;
      if (length < 4)
        throw new BelfryError('git', `wanted the length of a pkt-line, got ${JSON.stringify(digits)}`);
      const line = await this.#take(length - 4);
      lines.push(line.at(-1) === LF ? line.subarray(0, -1) : line);
    }
  }

  async #take(count: number): Promise<Buffer> {
    while (this.#rest.length < count) {
      const next = await this.#chunks.next();
      if (next.done) throw new BelfryError('git', 'git stopped in the middle of a pkt-line');
      this.#rest = Buffer.concat([this.#rest, next.value]);
    }
    const taken = this.#rest.subarray(0, count);
    this.#rest = this.#rest.subarray(count);
    return taken;
  }
}
