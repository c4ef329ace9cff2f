/** Splits the output of `git cat-file --batch` into its answers, keeping only the beginning of objects too large to hold. */

export interface BatchAnswer {
  id: string;
  type: string;
  /** How long the object really is, in bytes. */
  size: number;
  /** The object or its beginning. */
  bytes: Buffer;
}

const NEWLINE = 10;

export class BatchObjects {
  readonly #contents: boolean;
  readonly #keep: () => number;
  readonly #onAnswer: (answer: BatchAnswer | null) => void;
  #line = '';
  #answer: BatchAnswer | null = null;
  /** Bytes of the object that are still to come, with the newline behind it. */
  #ahead = 0;
  #kept = 0;

  /**
   * @param contents false for `--batch-check`, whose answers are headers only
   * @param keep how many bytes of the next object
   * @param onAnswer null: there is no such object
   */
  constructor(contents: boolean, keep: () => number, onAnswer: (answer: BatchAnswer | null) => void) {
    this.#contents = contents;
    this.#keep = keep;
    this.#onAnswer = onAnswer;
  }

  push(chunk: Buffer): void {
    for (let at = 0; at < chunk.length; ) {
      at += this.#answer === null ? this.#header(chunk.subarray(at)) : this.#content(chunk.subarray(at));
    }
  }

  /** `<id> <type> <size>`, or `<name> missing` with nothing behind it. */
  #header(bytes: Buffer): number {
    const end = bytes.indexOf(NEWLINE);
    this.#line += bytes.toString('latin1', 0, end === -1 ? bytes.length : end);
    if (end === -1) return bytes.length;
    const [id = '', type = '', digits] = this.#line.split(' ');
    this.#line = '';
    if (digits === undefined) this.#onAnswer(null);
    else {
      const size = Number(digits);
      const answer = { id, type, size, bytes: NOTHING };
      if (!this.#contents) this.#onAnswer(answer);
      else {
        answer.bytes = Buffer.allocUnsafe(Math.min(size, this.#keep()));
        this.#answer = answer;
        this.#ahead = size + 1;
        this.#kept = 0;
      }
    }
    return end + 1;
  }

  #content(chunk: Buffer): number {
    const answer = this.#answer!;
    const length = Math.min(chunk.length, this.#ahead);
    if (this.#kept < answer.bytes.length) this.#kept += chunk.copy(answer.bytes, this.#kept, 0, length);
    this.#ahead -= length;
    if (this.#ahead === 0) {
      this.#answer = null;
      this.#onAnswer(answer);
    }
    return length;
  }
}

const NOTHING = Buffer.alloc(0);
