/** Splits the output of `git cat-file --batch` into objects, keeping only the beginning of those too large to hold. */

/** @param bytes the object or its beginning; @param size how long it really is */
export type OnObject = (id: string, bytes: Buffer, size: number) => void;

const NEWLINE = 10;

export class BatchObjects {
  readonly #keep: number;
  readonly #onObject: OnObject;
  #line = '';
  #id = '';
  #size = 0;
  /** Bytes of the object that are still to come, with the newline behind it; 0 between two objects. */
  #ahead = 0;
  #pieces: Buffer[] = [];
  #kept = 0;

  constructor(keep: number, onObject: OnObject) {
    this.#keep = keep;
    this.#onObject = onObject;
  }

  push(chunk: Buffer): void {
    for (let at = 0; at < chunk.length; ) {
      at += this.#ahead === 0 ? this.#header(chunk.subarray(at)) : this.#content(chunk.subarray(at));
    }
  }

  /** `<id> <type> <size>`, or `<name> missing` with nothing behind it. */
  #header(bytes: Buffer): number {
    const end = bytes.indexOf(NEWLINE);
    this.#line += bytes.toString('latin1', 0, end === -1 ? bytes.length : end);
    if (end === -1) return bytes.length;
    const [id = '', , size] = this.#line.split(' ');
    this.#line = '';
    if (size !== undefined) {
      this.#id = id;
      this.#size = Number(size);
      this.#ahead = this.#size + 1;
    }
    return end + 1;
  }

  #content(bytes: Buffer): number {
    const piece = bytes.subarray(0, this.#ahead);
    const room = Math.min(this.#keep - this.#kept, this.#ahead - 1);
    if (room > 0) {
      const kept = piece.subarray(0, room);
      this.#pieces.push(kept);
      this.#kept += kept.length;
    }
    this.#ahead -= piece.length;
    if (this.#ahead === 0) {
      const object = Buffer.concat(this.#pieces);
      this.#pieces = [];
      this.#kept = 0;
      this.#onObject(this.#id, object, this.#size);
    }
    return piece.length;
  }
}
