/**
 * Reads `git rev-list --parents --timestamp` into a graph, byte by byte: lines of any length, nothing kept but numbers.
 * A line is `<seconds> <id>{ <parent id>}`.
 */
import type { CommitGraph } from './commit-graph.ts';

const SPACE = 32;
const NEWLINE = 10;
const ZERO = 48;

export class GraphReader {
  readonly #graph: CommitGraph;
  readonly #all: boolean;
  readonly #id = new Uint8Array(32);
  /** 0: the date, 1: the commit's own id, then its parents. */
  #field = 0;
  #seconds = 0;
  #digits = 0;
  #commit = -1;

  /** @param all what is common to all tips is wanted, too */
  constructor(graph: CommitGraph, all = false) {
    this.#graph = graph;
    this.#all = all;
  }

  /**
   * @returns true when only one commit waits and no root was read. Every path from every tip leads to that commit then:
   *   what lies below is common to all, and none of it was read before.
   */
  push(chunk: Buffer): boolean {
    for (const byte of chunk) {
      if (byte === SPACE) this.#endField();
      else if (byte === NEWLINE) {
        this.#endField();
        this.#graph.end(this.#commit);
        this.#field = 0;
        this.#seconds = 0;
        if (this.#graph.waiting === 1 && !this.#graph.rootRead && !this.#all) return true;
      } else if (this.#field === 0) this.#seconds = this.#seconds * 10 + byte - ZERO;
      else {
        const nibble = byte < 58 ? byte - ZERO : byte - 87;
        const at = this.#digits++ >> 1;
        this.#id[at] = (this.#id[at]! << 4) | nibble;
      }
    }
    return false;
  }

  #endField(): void {
    if (this.#field === 1) {
      this.#commit = this.#graph.number(this.#id);
      this.#graph.begin(this.#commit, this.#seconds);
    } else if (this.#field > 1) this.#graph.addParent(this.#commit, this.#graph.number(this.#id));
    this.#field++;
    this.#digits = 0;
  }
}
