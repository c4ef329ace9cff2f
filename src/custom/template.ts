/**
 * Templates of the kind `custom`: a JSON document whose string values may hold `{{path}}`. It becomes a list of pieces:
 * JSON texts that stay, and places to be filled. Whatever fills a place is written by the JSON encoder, so no value can add
 * a key or end a string, and there is nothing to escape by hand.
 */

/** Bytes of UTF-8. */
export const LARGEST_TEMPLATE = 16 * 1_024;
const DEEPEST = 16;
const MOST_PLACEHOLDERS = 64;

/** Names of keys and numbers of elements, from the top of the payload. */
export type Path = readonly string[];

export type Piece =
  | string
  /** A string that is nothing but a placeholder: the value keeps its JSON type. */
  | { whole: Path }
  /** A string with more around them. */
  | { text: readonly (string | Path)[] };

/** @returns why it is none, a clause behind "wanted", when it is no template */
export function compileTemplate(text: string): Piece[] | string {
  const bytes = Buffer.byteLength(text);
  if (bytes > LARGEST_TEMPLATE) return `a template of at most ${LARGEST_TEMPLATE} bytes, got ${bytes}`;
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    return `a JSON document: ${(error as Error).message}`;
  }
  try {
    const pieces = joined([...piecesOf(document, 1)]);
    const count = pathsOf(pieces).length;
    return count > MOST_PLACEHOLDERS ? `at most ${MOST_PLACEHOLDERS} placeholders, got ${count}` : pieces;
  } catch (error) {
    if (error instanceof TemplateProblem) return error.message;
    throw error;
  }
}

export interface Placeholder {
  path: Path;
  inText: boolean;
}

/** Of all placeholders, and whether text stands around them. */
export function pathsOf(pieces: readonly Piece[]): Placeholder[] {
  return pieces.flatMap((piece): Placeholder[] => {
    if (typeof piece === 'string') return [];
    if ('whole' in piece) return [{ path: piece.whole, inText: false }];
    return piece.text.flatMap(part => (typeof part === 'string' ? [] : [{ path: part, inText: true }]));
  });
}

class TemplateProblem extends Error {}

function* piecesOf(value: unknown, depth: number): Generator<Piece> {
  if (typeof value === 'string') return yield stringPiece(value);
  if (typeof value !== 'object' || value === null) return yield JSON.stringify(value);
  if (depth > DEEPEST) throw new TemplateProblem(`at most ${DEEPEST} levels of nesting, got more`);
  const isList = Array.isArray(value);
  yield isList ? '[' : '{';
  for (const [index, [key, inner]] of Object.entries(value).entries()) {
    yield `${index === 0 ? '' : ','}${isList ? '' : `${JSON.stringify(key)}:`}`;
    yield* piecesOf(inner, depth + 1);
  }
  yield isList ? ']' : '}';
}

function stringPiece(text: string): Piece {
  const parts = partsOf(text);
  const [first, ...more] = parts;
  if (parts.every(part => typeof part === 'string')) return JSON.stringify(parts.join(''));
  return typeof first === 'object' && more.length === 0 ? { whole: first } : { text: parts };
}

/** `{{{{` stands for `{{`, so it is looked for first. */
const MARK = /\{\{\{\{|\{\{([^{}]*)\}\}|\{\{/g;
const NAME = /^[^.{}\s]+$/;

function partsOf(text: string): (string | Path)[] {
  const parts: (string | Path)[] = [];
  let end = 0;
  for (const { 0: mark, 1: inside, index } of text.matchAll(MARK)) {
    parts.push(text.slice(end, index));
    end = index + mark.length;
    if (mark === '{{{{') parts.push('{{');
    else if (inside === undefined)
      throw new TemplateProblem(`}} behind {{ ({{{{ stands for {{ itself), got ${shown(text.slice(index))}`);
    else parts.push(pathOf(inside, mark));
  }
  parts.push(text.slice(end));
  return parts.filter(part => part !== '');
}

function pathOf(inside: string, mark: string): Path {
  const names = inside.trim().split('.');
  if (names.every(name => NAME.test(name))) return names;
  throw new TemplateProblem(
    `a path such as {{repository.full_name}} or {{commits.0.id}}, got ${shown(mark)}`,
  );
}

const SHOWN = 60;

function shown(text: string): string {
  return JSON.stringify(text.length <= SHOWN ? text : `${text.slice(0, SHOWN).toWellFormed()}…`);
}

/** What stays stands together. */
function joined(pieces: Piece[]): Piece[] {
  const result: Piece[] = [];
  for (const piece of pieces) {
    const last = result.at(-1);
    if (typeof piece === 'string' && typeof last === 'string') result[result.length - 1] = last + piece;
    else result.push(piece);
  }
  return result;
}
