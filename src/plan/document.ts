/**
 * A YAML 1.2 file (JSON is one) as a value, with the line and the column of each part. What is written there may be secret: no
 * sentence about it repeats a part of the text.
 */
import {
  type Document,
  isAlias,
  isCollection,
  isMap,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  type YAMLError,
} from 'yaml';
import type { Mistake, Path, Position } from './mistake.ts';

export interface ReadDocument {
  value: unknown;
  mistakes: Mistake[];
  /** The place of a value; of what is not there, that of what should hold it. @param isKey of its key */
  at(path: Path, isKey?: boolean): Position;
}

/** Aliases may make a small file a large value. */
const MOST_VALUES = 1_000_000;
const DEEPEST = 50;

/** What YAML's errors mean; their own sentences repeat what stands in the file. */
const SYNTAX: Partial<Record<YAMLError['code'], [wanted: string, got: string]>> = {
  BAD_ALIAS: ['an alias of an anchor above it', 'another one'],
  BAD_DQ_ESCAPE: ['an escape that YAML knows', 'another one'],
  BAD_INDENT: ['a closing bracket, or the indentation of its neighbours', 'neither'],
  BAD_SCALAR_START: ['a text in quotes', 'one that begins with a character that YAML reserves'],
  BLOCK_AS_IMPLICIT_KEY: ['one key on a line', 'a second colon: put the value in quotes'],
  DUPLICATE_KEY: ['each key once', 'one that stands above already'],
  MISSING_CHAR: ['a closing quote, bracket or comma, or a space behind a colon', 'none'],
  MULTILINE_IMPLICIT_KEY: ['a key on one line, with a colon', 'several lines'],
  MULTIPLE_DOCS: ['one document', 'several'],
  NON_STRING_KEY: ['a text as key', 'another one'],
  RESOURCE_EXHAUSTION: [`at most ${DEEPEST} levels`, 'more'],
  TAB_AS_INDENT: ['spaces', 'a tab'],
  TAG_RESOLVE_FAILED: ['a value without a tag', 'one with a tag'],
};
const OTHER = ['YAML', 'what YAML cannot be read from'] as const;
/** With these the rest can still be read. */
const HARMLESS: readonly string[] = ['DUPLICATE_KEY', 'TAG_RESOLVE_FAILED'];

export function readDocument(text: string): ReadDocument {
  const lines = new LineCounter();
  const position = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const mistakeAt = (offset: number, [wanted, got]: readonly [string, string]): Mistake => {
    return { ...position(offset), path: '', wanted, got };
  };
  const at: ReadDocument['at'] = (path, isKey = false) => position(offsetOf(document!, path, isKey));
  let document: Document.Parsed | undefined;
  try {
    document = parseDocument(text, {
      version: '1.2',
      schema: 'core',
      resolveKnownTags: false,
      prettyErrors: false,
      // `silent` would keep quiet about a second document.
      logLevel: 'error',
      lineCounter: lines,
    });
    const found = [...document.errors, ...document.warnings];
    const mistakes = found.map(({ code, pos }) => mistakeAt(pos[0], SYNTAX[code] ?? OTHER));
    if (found.some(({ code }) => !HARMLESS.includes(code))) return { value: undefined, mistakes, at };
    const reader = new ValueReader();
    const value = reader.read(document.contents, 0);
    return { value, mistakes: [...mistakes, ...reader.problems.map(one => mistakeAt(...one))], at };
  } catch (error) {
    // Brackets in brackets go as deep as the file is long.
    if (!(error instanceof RangeError)) throw error;
    return { value: undefined, mistakes: [mistakeAt(0, SYNTAX.RESOURCE_EXHAUSTION!)], at };
  }
}

class ValueReader {
  /** By name, as of what was read so far: `Alias.resolve` would look through the whole document, for each alias. */
  readonly #anchors = new Map<string, unknown>();
  #values = 0;
  readonly problems: [offset: number, said: readonly [string, string]][] = [];

  read(given: unknown, depth: number): unknown {
    const node = isAlias(given) ? this.#anchors.get(given.source) : given;
    if (node === given && (isScalar(node) || isCollection(node)) && node.anchor !== undefined)
      this.#anchors.set(node.anchor, node);
    if (node === undefined && isAlias(given)) return this.#refuse(given, SYNTAX.BAD_ALIAS!);
    this.#values += 1;
    if (depth > DEEPEST) return this.#refuse(node, SYNTAX.RESOURCE_EXHAUSTION!);
    if (this.#values > MOST_VALUES) return this.#refuse(node, [`at most ${MOST_VALUES} values`, 'more']);
    if (isScalar(node)) return node.value;
    if (isSeq(node)) return node.items.map(item => this.read(item, depth + 1));
    if (!isMap(node)) return null;
    const object: Record<string, unknown> = {};
    for (const { key, value } of node.items) {
      if (!isScalar(key)) this.#refuse(key, SYNTAX.NON_STRING_KEY!);
      // Also one that is called `__proto__`.
      else
        Object.defineProperty(object, String(key.value), {
          value: this.read(value, depth + 1),
          enumerable: true,
          configurable: true,
          writable: true,
        });
    }
    return object;
  }

  /** Said once: there may be very many of them. */
  #refuse(node: unknown, said: readonly [string, string]): undefined {
    if (!this.problems.some(([, known]) => known[0] === said[0]))
      this.problems.push([startOf(node) ?? 0, said]);
  }
}

function startOf(node: unknown): number | undefined {
  return (node as { range?: [number, number, number] } | null | undefined)?.range?.[0];
}

function offsetOf(document: Document.Parsed, path: Path, isKey: boolean): number {
  let node: unknown = document.contents;
  let offset = startOf(node) ?? 0;
  for (const [depth, key] of path.entries()) {
    if (isAlias(node)) node = node.resolve(document);
    if (isSeq(node) && typeof key === 'number') {
      node = node.items[key];
      offset = startOf(node) ?? offset;
    } else if (isMap(node)) {
      const pair = node.items.find(
        one => isPair(one) && isScalar(one.key) && String(one.key.value) === String(key),
      );
      if (pair === undefined) return offset;
      node = pair.value;
      const keyStart = startOf(pair.key) ?? offset;
      // What is empty stands nowhere.
      const isEmpty = isScalar(node) && node.value === null && node.source !== 'null' && node.source !== '~';
      offset = (isKey && depth === path.length - 1) || isEmpty ? keyStart : (startOf(node) ?? keyStart);
    } else return offset;
  }
  return offset;
}
