/**
 * Reads a commit object as git reads it for `git log --format`: by the lines of its header, whatever else stands in there,
 * with all texts re-encoded to UTF-8.
 */

/** Texts are copies: a whole object is not kept for the sake of its beginning. */
export interface RawText {
  /** All of it, or its beginning. */
  bytes: Buffer;
  /** How long it really is, in bytes. */
  length: number;
}

export interface RawPerson {
  name: RawText;
  email: RawText;
  /** `1633679083 +0800`, as `%ad` gives it with `--date=raw`; empty when there is none. */
  date: string;
}

export interface RawCommit {
  tree: string;
  /** The first of them. */
  parents: string[];
  parentCount: number;
  author: RawPerson;
  committer: RawPerson;
  message: RawText;
  /** False: the header goes on behind what was read. */
  complete: boolean;
}

/** How much of a commit is wanted; of texts in bytes. */
export interface CommitRoom {
  message: number;
  name: number;
  parents: number;
  /** Shared with other commits: when it is used up, no more of a message is kept. */
  memory: { left: number };
}

const NEWLINE = 10;
const SPACE = 32;

/**
 * @param bytes the object or its beginning; @param size how long it really is
 * @returns null when it is no proper commit
 */
export function parseCommit(bytes: Buffer, size: number, room: CommitRoom): RawCommit | null {
  // What stands behind a NUL is not there for git.
  const end = bytes.indexOf(0);
  const whole = end === -1 ? bytes : bytes.subarray(0, end);
  const length = end === -1 ? size : end;
  const text = recoded(whole, length > whole.length);
  const rest = length - whole.length;

  const commit: RawCommit = {
    tree: '',
    parents: [],
    parentCount: 0,
    author: NOBODY,
    committer: NOBODY,
    message: NO_TEXT,
    complete: rest === 0,
  };
  let inParents = true;
  for (let at = 0; at < text.length; ) {
    const found = text.indexOf(NEWLINE, at);
    const stop = found === -1 ? text.length : found;
    if (stop === at) {
      const start = at + 1;
      const keep = Math.max(0, Math.min(room.message, room.memory.left, text.length - start));
      room.memory.left -= keep;
      commit.message = {
        bytes: Buffer.from(text.subarray(start, start + keep)),
        length: text.length - start + rest,
      };
      commit.complete = true;
      break;
    }
    const value = (word: string) =>
      text[at] === word.charCodeAt(0) && text.toString('latin1', at, at + word.length) === word
        ? text.subarray(at + word.length, stop)
        : null;
    if (at === 0) {
      const tree = value('tree ');
      if (tree === null || !(isId(tree, 40) || isId(tree, 64))) return null;
      commit.tree = tree.toString('latin1');
    } else {
      const parent = inParents ? value('parent ') : null;
      if (parent !== null) {
        if (!isId(parent, commit.tree.length)) return null;
        if (commit.parentCount++ < room.parents) commit.parents.push(parent.toString('latin1'));
      } else {
        inParents = false;
        const author = value('author ');
        const committer = value('committer ');
        if (author !== null) commit.author = parsePerson(author, room.name, found === -1);
        if (committer !== null) commit.committer = parsePerson(committer, room.name, found === -1);
      }
    }
    at = stop + 1;
  }
  return commit;
}

function isId(bytes: Buffer, length: number): boolean {
  if (bytes.length !== length) return false;
  for (const byte of bytes) if (!((byte >= 48 && byte <= 57) || (byte >= 97 && byte <= 102))) return false;
  return true;
}

const NO_TEXT: RawText = { bytes: Buffer.alloc(0), length: 0 };
export const NOBODY: RawPerson = { name: NO_TEXT, email: NO_TEXT, date: '' };

/** `Name <e-mail> seconds offset`, by git's `split_ident_line`. @param cut the line goes on, and nobody knows how */
export function parsePerson(line: Buffer, keep: number, cut: boolean): RawPerson {
  const text = (bytes: Buffer): RawText => ({
    bytes: Buffer.from(bytes.subarray(0, keep)),
    length: bytes.length,
  });
  const open = line.indexOf('<');
  const close = line.indexOf('>', open);
  if (open === -1 || close === -1) return cut ? { ...NOBODY, name: text(line) } : NOBODY;
  return {
    name: text(withoutTrailingSpace(line.subarray(0, open))),
    email: text(line.subarray(open + 1, close)),
    date: rawDate(line.toString('latin1', line.lastIndexOf('>') + 1)),
  };
}

/** By hand: a pattern would try each of a million spaces. */
function withoutTrailingSpace(bytes: Buffer): Buffer {
  let end = bytes.length;
  while (end > 0 && isSpace(bytes[end - 1]!)) end--;
  return bytes.subarray(0, end);
}

function isSpace(byte: number): boolean {
  return byte === SPACE || byte === NEWLINE || byte === 9 || byte === 13;
}

/** Git reads the offset as a number and writes it with at least four digits; without one it trusts no date. */
function rawDate(text: string): string {
  const found = /^[ \t\r]*(\d+)[ \t\r]*([+-])(\d+)/.exec(text.slice(0, LONGEST_DATE));
  if (found === null) return '';
  const [, seconds, sign, digits] = found;
  const offset = Number(digits);
  return `${seconds} ${sign}${String(offset < 0x7fffffff ? offset : 0).padStart(4, '0')}`;
}

const LONGEST_DATE = 100;

/** In UTF-8, when the commit names another encoding that we know and in which it is sound; else as it stands. */
function recoded(bytes: Buffer, cut: boolean): Buffer {
  const label = encodingOf(bytes);
  if (label === null || /^utf-?8$/i.test(label)) return bytes;
  // The Encoding Standard takes it for Windows-1252, which has letters where Latin-1 has none.
  if (/^(iso[-_]?8859-1|latin-?1)$/i.test(label)) return Buffer.from(bytes.toString('latin1'));
  try {
    const decoder = new TextDecoder(label, { fatal: true, ignoreBOM: true });
    if (decoder.encoding.startsWith('utf-16')) return bytes;
    return Buffer.from(decoder.decode(bytes, { stream: cut }));
  } catch {
    return bytes;
  }
}

function encodingOf(bytes: Buffer): string | null {
  const blank = bytes.indexOf('\n\n');
  const at = bytes.indexOf('\nencoding ');
  if (at === -1 || (blank !== -1 && at > blank)) return null;
  const start = at + '\nencoding '.length;
  const end = bytes.indexOf(NEWLINE, start);
  return end === -1 || end - start > 100 ? null : bytes.toString('latin1', start, end);
}
