/**
 * Cuts TypeScript into words, strings and signs, without comments: as much of the language as it takes to find imports
 * and names for certain. The compiler of TypeScript 7 has no API for this, and stripping types would lose
 * `import type`.
 */

export interface Token {
  kind: 'word' | 'string' | 'template' | 'regex' | 'sign';
  /** Strings and templates without their quotes. */
  text: string;
  /** Counted from 1. */
  line: number;
}

const BLANK = /\s+|\/\/[^\n]*|\/\*[\s\S]*?\*\//y;
const WORD = /[\w$#\u0080-\uffff]+/y;
const STRING = /'((?:\\[\s\S]|[^'\\])*)'|"((?:\\[\s\S]|[^"\\])*)"/y;
const REGEX = /\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n])+\/\w*/y;
/** The text of a template up to its end or to the next `${`. */
const TEMPLATE = /((?:\\[\s\S]|\$(?!\{)|[^`\\$])*)(`|\$\{)/y;

/** After these words a slash begins a regular expression. */
const OPENERS = new Set([
  'return',
  'typeof',
  'case',
  'in',
  'of',
  'delete',
  'void',
  'throw',
  'await',
  'yield',
  'else',
  'do',
]);

export function tokens(source: string): Token[] {
  const found: Token[] = [];
  /** For every open `${`, how many braces are open inside it. */
  const templates: number[] = [];
  let at = 0;
  let line = 1;

  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const match = pattern.exec(source);
    if (match !== null) at = pattern.lastIndex;
    return match;
  };
  const add = (kind: Token['kind'], text: string, whole: string) => {
    found.push({ kind, text, line });
    line += lines(whole);
  };
  const template = () => {
    const match = take(TEMPLATE);
    if (match === null) throw new Error(`wanted the end of a template from line ${line} on, got none`);
    add('template', match[1]!, match[0]);
    if (match[2] === '${') templates.push(0);
  };

  while (at < source.length) {
    const blank = take(BLANK);
    if (blank !== null) {
      line += lines(blank[0]);
      continue;
    }
    const word = take(WORD);
    if (word !== null) {
      add('word', word[0], word[0]);
      continue;
    }
    const string = take(STRING);
    if (string !== null) {
      add('string', string[1] ?? string[2] ?? '', string[0]);
      continue;
    }
    const regex = source[at] === '/' && startsRegex(found) ? take(REGEX) : null;
    if (regex !== null) {
      add('regex', regex[0], regex[0]);
      continue;
    }
    const sign = source[at]!;
    at += 1;
    const open = templates.length - 1;
    if (sign === '`') template();
    else if (sign === '}' && templates[open] === 0) {
      templates.pop();
      template();
    } else {
      if (open >= 0 && sign === '{') templates[open]! += 1;
      if (open >= 0 && sign === '}') templates[open]! -= 1;
      add('sign', sign, sign);
    }
  }
  return found;
}

/** A slash is a division only behind a value. */
function startsRegex(found: Token[]): boolean {
  const last = found.at(-1);
  if (last === undefined) return true;
  if (last.kind === 'word') return OPENERS.has(last.text);
  if (last.kind !== 'sign') return false;
  // `value! / 2` against `if (!/x/.test(…))`.
  if (last.text === '!') return startsRegex(found.slice(-2, -1));
  return last.text !== ')' && last.text !== ']' && last.text !== '}';
}

function lines(text: string): number {
  return text.split('\n').length - 1;
}
