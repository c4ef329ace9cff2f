/** Tree objects by their ids, read once: a commit's directories are mostly those of the commit before it. */
import { type ObjectReader, Unread } from './object-reader.ts';

/** A tree of a million entries has 40 MB. Larger ones are not looked at. */
const MOST_TREE_BYTES = 48 * 1024 * 1024;
/** Of those that many may be asked for at once; larger ones come one by one. */
const SMALL = 512 * 1024;
const CACHE_BYTES = 24 * 1024 * 1024;
/** What an entry of the cache costs beside its bytes. */
const FRAME = 200;

/** One that is read only when its turn has come. */
export class LargeTree {
  readonly size: number;

  constructor(size: number) {
    this.size = size;
  }
}

export class TreeSource {
  readonly #reader: ObjectReader;
  readonly #cache = new Map<string, Buffer>();
  #bytes = 0;
  readonly #coming = new Map<string, Promise<Buffer | LargeTree | string>>();
  #turn: Promise<unknown> = Promise.resolve();

  constructor(reader: ObjectReader) {
    this.#reader = reader;
  }

  /** What is held already. @param id in Latin-1, as it stands in a tree */
  held(id: string): Buffer | undefined {
    return this.#cache.get(id);
  }

  /** @returns the tree, that it is a large one, or why there is none */
  async read(id: string): Promise<Buffer | LargeTree | string> {
    const held = this.#cache.get(id);
    if (held !== undefined) return held;
    let coming = this.#coming.get(id);
    if (coming === undefined) {
      coming = this.#read(id).finally(() => this.#coming.delete(id));
      this.#coming.set(id, coming);
    }
    return coming;
  }

  /** Reads a large one. Only within `alone`: the memory is for two of them. */
  async readLarge(id: string): Promise<Buffer | string> {
    const name = Buffer.from(id, 'latin1').toString('hex');
    const found = await this.#reader.read(name, MOST_TREE_BYTES);
    return found instanceof Unread ? said(name, found.reason) : found.bytes;
  }

  /** Waits until nobody else is at work with large trees. */
  alone<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => {});
    return done;
  }

  async #read(id: string): Promise<Buffer | LargeTree | string> {
    const name = Buffer.from(id, 'latin1').toString('hex');
    const found = await this.#reader.read(name, SMALL);
    if (found instanceof Unread) return said(name, found.reason);
    if (found.type !== 'tree') return said(name, `is a ${found.type}`);
    if (found.size > MOST_TREE_BYTES) return said(name, `has ${found.size} bytes`);
    if (found.size > SMALL) return new LargeTree(found.size);
    this.#hold(id, found.bytes);
    return found.bytes;
  }

  #hold(id: string, bytes: Buffer): void {
    this.#cache.set(id, bytes);
    this.#bytes += bytes.length + FRAME;
    for (const [old, { length }] of this.#cache) {
      if (this.#bytes <= CACHE_BYTES) break;
      this.#cache.delete(old);
      this.#bytes -= length + FRAME;
    }
  }
}

function said(name: string, reason: string): string {
  return `the tree ${name.slice(0, 12)} ${reason}`;
}
