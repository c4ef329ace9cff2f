/** Splits a stream of NUL-terminated fields, keeping only the beginning of those that are too long to hold. */

/** @param bytes the field or its beginning, valid during the call only; @param length how long it really is */
export type OnField = (bytes: Buffer, length: number) => void;

export class NulFields {
  readonly #keep: number;
  readonly #onField: OnField;
  /** Pieces of a field that began in an earlier chunk. */
  #pieces: Buffer[] = [];
  #kept = 0;
  #length = 0;

  constructor(keep: number, onField: OnField) {
    this.#keep = keep;
    this.#onField = onField;
  }

  push(chunk: Buffer): void {
    let from = 0;
    for (let end = chunk.indexOf(0); end !== -1; end = chunk.indexOf(0, from)) {
      if (this.#length === 0) {
        const length = end - from;
        this.#onField(chunk.subarray(from, from + Math.min(length, this.#keep)), length);
      } else {
        this.#hold(chunk.subarray(from, end));
        const bytes = Buffer.concat(this.#pieces);
        const length = this.#length;
        this.#pieces = [];
        this.#kept = this.#length = 0;
        this.#onField(bytes, length);
      }
      from = end + 1;
    }
    if (from < chunk.length) this.#hold(chunk.subarray(from));
  }

  #hold(piece: Buffer): void {
    this.#length += piece.length;
    const room = this.#keep - this.#kept;
    if (room <= 0) return;
    const kept = piece.subarray(0, room);
    this.#pieces.push(kept);
    this.#kept += kept.length;
  }
}
