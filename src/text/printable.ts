/**
 * Makes text safe for a terminal and a log. Ref names, commit texts and answers come from strangers: a control
 * character could move the cursor, hide text or set the window's title, a bidi control could turn a line around.
 */

const UNSAFE = /[\p{Cc}\u200e\u200f\u061c\u2028\u2029\u202a-\u202e\u2066-\u2069\ufdd0-\ufdd3\ufeff]/gu;
/** What `coloured` puts around a text until it is written: characters that no text has, and foreign text has escaped. */
const MARKS = { red: '\ufdd0', green: '\ufdd2', yellow: '\ufdd3' } as const;
const PLAIN = '\ufdd1';
export type Colour = keyof typeof MARKS;
const KEPT_IN_BLOCKS = new Set(['\n', '\t']);

/** One line: every control character is shown as an escape. */
export function printable(text: string): string {
  return text.toWellFormed().replace(UNSAFE, escaped);
}

/** Several lines: line feeds and tabs stay. */
export function printableBlock(text: string): string {
  return text.toWellFormed().replace(UNSAFE, char => (KEPT_IN_BLOCKS.has(char) ? char : escaped(char)));
}

function escaped(char: string): string {
  const code = char.codePointAt(0)!.toString(16);
  return code.length <= 2 ? `\\x${code.padStart(2, '0')}` : `\\u${code.padStart(4, '0')}`;
}

/**
 * JSON for a terminal: `JSON.stringify` escapes C0 controls only, so the others are escaped here; the document says
 * the same.
 * @param indent 0: on one line
 */
export function printableJson(value: unknown, indent = 2): string {
  return JSON.stringify(value, null, indent).replace(
    /[\u007f-\u009f\u200e\u200f\u061c\u2028\u2029\u202a-\u202e\u2066-\u2069\ufdd0-\ufdd3\ufeff]/g,
    char => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** A text to be shown in a colour, by `forTerminal`. */
export function coloured(text: string, colour: Colour): string {
  return `${MARKS[colour]}${text}${PLAIN}`;
}

const ESCAPES: Record<string, string> = {
  [MARKS.red]: '\u001b[31m',
  [MARKS.green]: '\u001b[32m',
  [MARKS.yellow]: '\u001b[33m',
  [PLAIN]: '\u001b[39m',
};

/**
 * The last look at what goes to a terminal: a control character that somebody forgot on the way is escaped here. Line
 * feeds, tabs and our own colours stay.
 */
export function forTerminal(text: string): string {
  return text
    .toWellFormed()
    .replace(UNSAFE, char => (KEPT_IN_BLOCKS.has(char) ? char : (ESCAPES[char] ?? escaped(char))));
}

/** A path in a command that people copy into a shell: as it is when that is one plain word, else between single quotes. */
export function shellWord(text: string): string {
  const shown = printable(text);
  return /^[\w@%+=:,./-]+$/.test(shown) ? shown : `'${shown.replaceAll("'", "'\\''")}'`;
}
