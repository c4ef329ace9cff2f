/**
 * The status line of an answer, read beside the parser: what cannot be parsed behind it changes nothing about what the
 * receiver said with it. Interim answers (1xx) are passed over; a line may end in a bare line feed or carriage return.
 */

const LF = 0x0a;
const CR = 0x0d;
/** Version, blanks and status; the words behind them do not matter. */
const LONGEST = 32;
const READABLE = /^HTTP\/1\.\d[ \t]+([1-9]\d\d)(?:[ \t]|$)/;

export class StatusLine {
  /** The final status, from 200; null as long as none has come, and when what came is no status line. */
  status: number | null = null;
  #text = '';
  #within: 'line' | 'interim' | 'over' = 'over';
  /** Characters of a line of an interim answer. */
  #length = 0;

  /** A request begins: the next bytes are its answer's. */
  begin(): void {
    this.status = null;
    this.#text = '';
    this.#within = 'line';
  }

  read(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length && this.#within !== 'over'; at++) {
      if (this.#within === 'line') this.#readLine(chunk[at]!);
      else this.#passOver(chunk[at]!);
    }
  }

  #readLine(byte: number): void {
    if (byte !== LF && byte !== CR) {
      if (this.#text.length < LONGEST) this.#text += String.fromCharCode(byte);
    } else if (this.#text !== '') {
      this.#take(Number(READABLE.exec(this.#text)?.[1] ?? 0));
      this.#text = '';
      this.#length = byte === CR ? 1 : 0;
    }
  }

  #take(status: number): void {
    this.#within = status >= 100 && status < 200 && status !== 101 ? 'interim' : 'over';
    if (status >= 200) this.status = status;
  }

  /** An empty line ends it. */
  #passOver(byte: number): void {
    if (byte === LF) {
      if (this.#length === 0) this.#within = 'line';
      this.#length = 0;
    } else if (byte !== CR) this.#length++;
  }
}
