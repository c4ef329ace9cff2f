/**
 * Compares two tree objects, byte by byte and without going into their subdirectories, as `git diff-tree` does: both are
 * in the same order, in which a directory stands as if its name ended with a slash.
 */

export type Change = 'added' | 'removed' | 'modified';

export interface Differences {
  /** A file, a link or a submodule. `bytes` from `start` to `end` is its name. */
  leaf(change: Change, bytes: Buffer, start: number, end: number): void;
  /** Directories of the same name, or one of them; their ids in Latin-1, as they stand in the object. */
  directory(bytes: Buffer, start: number, end: number, before: string | null, after: string | null): void;
}

const SLASH = 47;
const TYPE = 0o170000;
const DIRECTORY = 0o040000;
const FILE = 0o100000;
const LINK = 0o120000;
const SUBMODULE = 0o160000;

/**
 * @param before @param after contents of tree objects, null for none
 * @param idBytes 20 or 32
 * @returns false when one of them is no proper tree; what stands before the fault was compared
 */
export function compareTrees(
  before: Buffer | null,
  after: Buffer | null,
  idBytes: number,
  found: Differences,
): boolean {
  const old = new Entry(before ?? NONE, idBytes);
  const now = new Entry(after ?? NONE, idBytes);
  skipCommonStart(old, now);
  old.next();
  now.next();
  while (!old.ended || !now.ended) {
    const order = old.ended ? 1 : now.ended ? -1 : orderOf(old, now);
    if (order === 0) {
      if (!sameEntry(old, now)) note(found, old, now);
      old.next();
      now.next();
    } else if (order < 0) {
      note(found, old, null);
      old.next();
    } else {
      note(found, null, now);
      now.next();
    }
  }
  return !old.broken && !now.broken;
}

const NONE = Buffer.alloc(0);

/** One entry after the other: `<octal mode> <name>\0<id>`. */
class Entry {
  readonly bytes: Buffer;
  readonly idBytes: number;
  mode = 0;
  start = 0;
  /** Of the name; the id follows one byte later. */
  end = 0;
  at = 0;
  ended = false;
  broken = false;

  constructor(bytes: Buffer, idBytes: number) {
    this.bytes = bytes;
    this.idBytes = idBytes;
  }

  next(): void {
    const { bytes } = this;
    let at = this.at;
    if (at >= bytes.length) {
      this.ended = true;
      return;
    }
    let mode = 0;
    let byte = bytes[at]!;
    for (; byte >= 48 && byte <= 55; byte = bytes[++at]!) mode = (mode << 3) | (byte - 48);
    const start = at + 1;
    let end = start;
    while (end < bytes.length && bytes[end] !== 0) end++;
    if (byte !== 32 || start === this.at + 1 || end === start || end + 1 + this.idBytes > bytes.length) {
      this.ended = this.broken = true;
      return;
    }
    this.mode = canonical(mode);
    this.start = start;
    this.end = end;
    this.at = end + 1 + this.idBytes;
  }

  get isDirectory(): boolean {
    return this.mode === DIRECTORY;
  }

  id(): string {
    return this.bytes.toString('latin1', this.end + 1, this.end + 1 + this.idBytes);
  }
}

/** What git makes of a mode, whatever a foreign program has written. */
function canonical(mode: number): number {
  const type = mode & TYPE;
  if (type === FILE) return FILE | (mode & 0o100 ? 0o755 : 0o644);
  return type === LINK || type === DIRECTORY ? type : SUBMODULE;
}

/** Most of two large trees is the same; whole entries of it need not be held against each other. */
function skipCommonStart(old: Entry, now: Entry): void {
  const most = Math.min(old.bytes.length, now.bytes.length);
  let same = 0;
  for (let block = BLOCK; same < most; same += block) {
    const end = Math.min(same + block, most);
    if (old.bytes.compare(now.bytes, same, end, same, end) !== 0) break;
  }
  // The last block may be a short one: behind it the longer tree goes on alone.
  same = Math.min(same, most);
  if (same === 0) return;
  const probe = new Entry(old.bytes, old.idBytes);
  for (probe.next(); !probe.ended && probe.at <= same; probe.next()) old.at = now.at = probe.at;
}

const BLOCK = 1024;

function orderOf(a: Entry, b: Entry): number {
  const lengthA = a.end - a.start;
  const lengthB = b.end - b.start;
  const length = Math.min(lengthA, lengthB);
  for (let i = 0; i < length; i++) {
    const order = a.bytes[a.start + i]! - b.bytes[b.start + i]!;
    if (order !== 0) return order;
  }
  return byteBehind(a, length, lengthA) - byteBehind(b, length, lengthB);
}

function byteBehind(entry: Entry, at: number, length: number): number {
  if (at < length) return entry.bytes[entry.start + at]!;
  return entry.isDirectory ? SLASH : 0;
}

function sameEntry(a: Entry, b: Entry): boolean {
  if (a.mode !== b.mode) return false;
  for (let i = 1; i <= a.idBytes; i++) if (a.bytes[a.end + i] !== b.bytes[b.end + i]) return false;
  return true;
}

/** A directory and a file never have the same place in the order, so that two entries of one name are of one sort. */
function note(found: Differences, old: Entry | null, now: Entry | null): void {
  const one = (now ?? old)!;
  if (one.isDirectory) found.directory(one.bytes, one.start, one.end, old?.id() ?? null, now?.id() ?? null);
  else
    found.leaf(old === null ? 'added' : now === null ? 'removed' : 'modified', one.bytes, one.start, one.end);
}
