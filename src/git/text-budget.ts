/** Turns git's bytes into text, and keeps count so that one push never fills the memory. */
import type { Signature } from '../model/change.ts';
import type { PathRoom } from './changed-paths.ts';
import type { CommitRoom, RawPerson, RawText } from './parse-commit.ts';
import type { PushLimits } from './push-limits.ts';

/** What is still kept of a message when the push has used up its share: a subject and a little more. */
const START = 1024;
/** A text is cut in front of a character that would not fit: the cut has to see its beginning. */
const LONGEST_CHARACTER = 4;

export interface KeptText {
  text: string;
  /** Bytes kept, when that is not all. */
  cutTo: number | null;
}

export class TextBudget {
  readonly #limits: PushLimits;
  #bytes: number;
  #paths: number;

  constructor(limits: PushLimits) {
    this.#limits = limits;
    this.#bytes = limits.textBytes;
    this.#paths = limits.pathsPerPush;
  }

  /**
   * What there is room for at the moment, in each of several commits: messages are cut to that, and that much of paths is
   * kept. @param held bytes of all of them together
   */
  room(held: number): { commit: CommitRoom; paths: PathRoom } {
    const memory = { left: held };
    const { messageBytes, nameBytes, parents, pathsPerCommit, pathBytes } = this.#limits;
    return {
      commit: {
        message: Math.min(messageBytes, Math.max(START, this.#bytes)) + LONGEST_CHARACTER,
        name: nameBytes + LONGEST_CHARACTER,
        parents,
        memory,
      },
      paths: {
        paths: Math.min(pathsPerCommit, Math.max(this.#paths, 0)),
        bytes: Math.max(this.#bytes, 0),
        pathBytes,
        memory,
      },
    };
  }

  /** @param bytes the message, or its beginning; @param length how long it really is */
  message(bytes: Buffer, length: number): KeptText {
    const kept = start(bytes, length, Math.min(this.#limits.messageBytes, Math.max(START, this.#bytes)));
    this.#bytes -= Buffer.byteLength(kept.text);
    return kept;
  }

  name(bytes: Buffer, length: number): KeptText {
    return start(bytes, length, this.#limits.nameBytes);
  }

  /** @param cut told of each name that is not kept whole */
  person(
    { name, email, date }: RawPerson,
    cut: (kept: number, length: number) => void = () => {},
  ): Signature {
    const shortened = ({ bytes, length }: RawText) => {
      const { text, cutTo } = this.name(bytes, length);
      if (cutTo !== null) cut(cutTo, length);
      return text;
    };
    return { name: shortened(name), email: shortened(email), ...gitDate(date) };
  }

  /** @returns null when there is no room for it; @param already how many paths its commit has */
  path(bytes: Buffer, length: number, already: number): string | null {
    const limits = this.#limits;
    if (length > limits.pathBytes || already >= limits.pathsPerCommit) return null;
    if (this.#paths <= 0 || this.#bytes < length) return null;
    this.#paths--;
    this.#bytes -= length;
    return bytes.toString('utf8', 0, length);
  }
}

/** Cuts between characters. Bytes that are no UTF-8 become U+FFFD. */
function start(bytes: Buffer, length: number, most: number): KeptText {
  if (length <= most) return { text: bytes.toString('utf8', 0, length), cutTo: null };
  let end = Math.min(most, bytes.length);
  for (let back = 0; back < 3 && end > 0 && isContinuation(bytes[end]); back++) end--;
  return { text: bytes.toString('utf8', 0, end), cutTo: end };
}

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}

/** Git's raw date, `1633679083 +0800`. What is none becomes 1970 in UTC. */
function gitDate(text: string): Pick<Signature, 'seconds' | 'offset'> {
  const match = /^(\d+) ([+-]\d{4})$/.exec(text) ?? /^(\d+) /.exec(text);
  const seconds = Number(match?.[1] ?? 0);
  return { seconds: Number.isSafeInteger(seconds) ? seconds : 0, offset: match?.[2] ?? '+0000' };
}
