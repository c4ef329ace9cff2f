/**
 * JSON as people read it, a member a line. Only blanks between its parts change: to read it and to write it again would round
 * large numbers, and drop what is there twice.
 */

const INDENT = '  ';
/** Strings, parts of punctuation, and everything else that is one word. */
const PARTS = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s"{}[\],:]+/g;

/** The text as it is, when it is no object and no list. */
export function prettyJson(text: string): string {
  if (!/^\s*[{[]/.test(text) || !isJson(text)) return text;
  let result = '';
  let depth = 0;
  let before = '';
  const line = () => `\n${INDENT.repeat(depth)}`;
  for (const [part] of text.matchAll(PARTS)) {
    if (part === '}' || part === ']') {
      depth -= 1;
      // Empty ones stay closed.
      result += before === '{' || before === '[' ? part : line() + part;
    } else {
      if (before === '{' || before === '[') result += line();
      result += part === ':' ? ': ' : part;
      if (part === '{' || part === '[') depth += 1;
      if (part === ',') result += line();
    }
    before = part;
  }
  return result;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
