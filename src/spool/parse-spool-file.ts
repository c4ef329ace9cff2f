/** Reads what a hook wrote: header lines, an empty line, then the hook's standard input (see hooks/post-receive). */
import type { RefUpdate } from '../model/change.ts';

export interface SpooledPush {
  /** Not a push: a mirror's refs have moved, and they are to be compared (hooks/reference-transaction). */
  refCheck: boolean;
  /** The repository's directory as the hook saw it. */
  directory: string;
  /** Process id of the hook: tells an orphan from a file that is being written. */
  hookPid: number | null;
  /** Of a ref check: the process that moves the refs, and when it started (proc(5), field 22). */
  writer: WriterProcess | null;
  /** What the server said of the pusher, by variable. */
  environment: Map<string, string>;
  options: string[];
  /** For how long the pusher waits to hear of the outcome. */
  waitSeconds: number;
  /** Names the file in which it looks for that; null: it looks for none. */
  waitToken: string | null;
  updates: RefUpdate[];
  /**
   * A last line without its end, when it could be an update: a dispatcher has dropped the line feed, or the line was cut
   * off in the middle of the ref's name.
   */
  unfinished: RefUpdate | null;
  /** Of a push: what shows that git gave its hook more than stands here, as the rest of a sentence; null: nothing. */
  lost: string | null;
}

export interface WriterProcess {
  pid: number;
  startedAt: number;
  /** It takes a push, of which another file says more. */
  pushes: boolean;
}

const KINDS = ['push', 'look'] as const;
/** Who writes the lines anew may leave blanks or a carriage return at their ends: no ref's name has any. */
const UPDATE = /^([0-9a-f]{40}|[0-9a-f]{64}) ([0-9a-f]{40}|[0-9a-f]{64}) (.*[^ \t\r])[ \t\r]*$/s;
/** Where another one begins when a shell has made one line of all (`echo $refs`). */
const NEXT_UPDATE = / +(?=(?:[0-9a-f]{40} [0-9a-f]{40}|[0-9a-f]{64} [0-9a-f]{64}) refs\/)/;
/** Two object ids and a ref, which is a path for Git (4096 bytes on Linux). */
const LONGEST_LINE = 2 * 65 + 4096;
const LF = 0x0a;

/**
 * The push, or a sentence that says why the file cannot be used. What its hook was given may be less than git gave: a
 * dispatcher has read some of it, or the hook was killed while it wrote. Then what is whole counts, and `lost` says so.
 */
export function parseSpoolFile(bytes: Buffer): SpooledPush | string {
  const headerEnd = bytes.indexOf('\n\n');
  const kind = KINDS.find(one => bytes.subarray(0, 12).equals(Buffer.from(`belfry-${one} `)));
  if (kind === undefined) return 'it does not begin with "belfry-push"';
  if (bytes.subarray(12, bytes.indexOf(LF)).toString('latin1') !== '1') return 'it has an unknown version';
  if (headerEnd === -1) return 'its header does not end';
  const push: SpooledPush = {
    refCheck: kind === 'look',
    directory: '',
    hookPid: null,
    writer: null,
    environment: new Map(),
    options: [],
    waitSeconds: 0,
    waitToken: null,
    updates: [],
    unfinished: null,
    lost: null,
  };
  for (const line of bytes.subarray(0, headerEnd).toString('utf8').split('\n').slice(1))
    readHeader(push, line);
  if (!push.directory.startsWith('/')) return 'it names no absolute directory';
  if (push.directory.includes('\ufffd')) return 'its directory name is not UTF-8';
  // Of 200,000 lines only the parts stay, each id once: else every part holds its whole line.
  const ids = new Map<string, string>();
  const id = (text: string): string => {
    const known = ids.get(text);
    if (known !== undefined) return known;
    const made = own(text);
    if (ids.size < MOST_IDS) ids.set(made, made);
    return made;
  };
  for (const { text, whole } of lines(bytes.subarray(headerEnd + 2))) {
    if (!whole) push.lost ??= 'its last line has no end';
    const all = text.split(NEXT_UPDATE);
    for (const [at, line] of all.entries()) {
      const match = line.length > LONGEST_LINE ? null : UPDATE.exec(line);
      if (match === null) {
        const shown = line.trim() === '' ? 'a blank line' : JSON.stringify(line.slice(0, 200));
        push.lost ??= `${shown} is not a ref update`;
        continue;
      }
      const update = { old: id(match[1]!), new: id(match[2]!), ref: own(match[3]!) };
      if (whole || at < all.length - 1) push.updates.push(update);
      else push.unfinished = update;
    }
  }
  // Git starts the hook only when something has moved.
  if (push.updates.length === 0 && push.unfinished === null) push.lost ??= 'it has no ref updates';
  if (push.refCheck) push.lost = null;
  return push;
}

function readHeader(push: SpooledPush, line: string): void {
  const space = line.indexOf(' ');
  const value = line.slice(space + 1);
  switch (line.slice(0, space)) {
    case 'directory':
      push.directory = value;
      break;
    case 'hook':
      push.hookPid = Number(value);
      break;
    case 'process': {
      const [pid, startedAt, what] = value.split(' ');
      push.writer = { pid: Number(pid), startedAt: Number(startedAt), pushes: what === 'push' };
      break;
    }
    case 'option':
      push.options.push(value);
      break;
    case 'wait': {
      const [seconds, token = null] = value.split(' ');
      push.waitSeconds = Math.min(Number(seconds) || 0, MOST_SECONDS);
      push.waitToken = token;
      break;
    }
    case 'env': {
      const [name = ''] = value.split(' ', 1);
      push.environment.set(name, value.slice(name.length + 1));
      break;
    }
  }
}

/** Most pushes of very many refs bring few commits: the zeros, and what tags and branches stand at. */
const MOST_IDS = 1_000;

/** A string of its own, and no part of a longer one. */
function own(text: string): string {
  return Buffer.from(text).toString('utf8');
}

/** As the hook allows. */
const MOST_SECONDS = 600;

/**
 * Ref names may hold any byte above 0x20; what is not UTF-8 becomes U+FFFD. One line at a time: there may be many. What
 * stands behind the last line feed is not whole.
 */
function* lines(bytes: Buffer): Generator<{ text: string; whole: boolean }, void> {
  let start = 0;
  for (let end = bytes.indexOf(LF); end !== -1; end = bytes.indexOf(LF, start)) {
    yield { text: bytes.toString('utf8', start, end), whole: true };
    start = end + 1;
  }
  if (start < bytes.length) yield { text: bytes.toString('utf8', start), whole: false };
}
