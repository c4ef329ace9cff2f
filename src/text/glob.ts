/**
 * Globs on branch names, belfry's own: `*` stops at a slash, `**` does not, `?` is one character, `[a-z]` and `[!a]` are
 * classes, `{a,b}` is a choice, and a backslash takes the meaning of what follows it. `**` followed by a slash, and a slash
 * followed by `**` at the end, match nothing too: `feature/**` also matches `feature`.
 *
 * A pattern is matched by following all its states at once: whatever a pusher calls a branch, that takes pattern times name.
 */
// long: one small language, from its text to its match.

type Token =
  | { kind: 'one'; wants: (char: string) => boolean }
  /** `*`, or with `slashes` `**`. */
  | { kind: 'many'; slashes: boolean }
  /** `**` and the slash behind it: nothing, or something that ends in a slash. */
  | { kind: 'segments' };

interface Sequence {
  tokens: Token[];
  /** The name may end before this token, which begins a slash and `**`. */
  endsBefore: number | null;
}

/** A choice multiplies patterns; more of them than this is no filter any more. */
const MOST_CHOICES = 100;

/** Takes a list apart at its commas; one in a choice or behind a backslash belongs to its pattern. */
export function splitGlobs(text: string): string[] {
  const found: string[] = [];
  let start = 0;
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === '{') depth++;
    else if (text[at] === '}') depth--;
    else if (text[at] === ',' && depth <= 0) {
      found.push(text.slice(start, at));
      start = at + 1;
    }
  }
  found.push(text.slice(start));
  return found.map(glob => glob.trim());
}

/** @returns whether a name matches the whole pattern, or a sentence that says what is wrong with the pattern */
export function compileGlob(pattern: string): ((name: string) => boolean) | string {
  const choices = expandChoices(pattern);
  if (typeof choices === 'string') return choices;
  const sequences: Sequence[] = [];
  for (const choice of choices) {
    const sequence = parse(choice);
    if (typeof sequence === 'string') return sequence;
    sequences.push(sequence);
  }
  return name => {
    const chars = [...name];
    return sequences.some(sequence => matches(sequence, chars));
  };
}

/** `a{b,c}d` as `abd` and `acd`. */
function expandChoices(pattern: string): string[] | string {
  const pending = [pattern];
  const done: string[] = [];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const open = findPlain(next, '{', 0);
    if (open === -1) {
      if (findPlain(next, '}', 0) !== -1) return 'a { is not closed';
      done.push(next);
    } else {
      const close = findPlain(next, '}', open);
      if (close === -1) return 'a { is not closed';
      if (findPlain(next.slice(0, close), '{', open + 1) !== -1) return 'a { within another cannot be used';
      const [before, inside, after] = [
        next.slice(0, open),
        next.slice(open + 1, close),
        next.slice(close + 1),
      ];
      pending.push(...splitGlobs(inside).map(one => before + one + after));
    }
    if (pending.length + done.length > MOST_CHOICES)
      return `it stands for more than ${MOST_CHOICES} patterns`;
  }
  return done;
}

/** Where a character stands that no backslash and no class takes the meaning of; -1 when nowhere. */
function findPlain(text: string, wanted: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === '[') at = Math.max(at, classEnd(text, at));
    else if (text[at] === wanted) return at;
  }
  return -1;
}

/** Where a class closes: a `]` right at its beginning belongs to it. -1 when it does not close. */
function classEnd(text: string, open: number): number {
  let at = open + 1;
  if (text[at] === '!' || text[at] === '^') at++;
  if (text[at] === ']') at++;
  for (; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === ']') return at;
  }
  return -1;
}

function parse(pattern: string): Sequence | string {
  const tokens: Token[] = [];
  let endsBefore: number | null = null;
  for (let at = 0; at < pattern.length; ) {
    const char = String.fromCodePoint(pattern.codePointAt(at)!);
    if (char === '*') {
      let end = at;
      while (pattern[end] === '*') end++;
      const deep = end - at > 1;
      const begins = at === 0 || pattern[at - 1] === '/';
      if (deep && begins && end === pattern.length && at > 0) endsBefore = tokens.length - 1;
      if (deep && begins && pattern[end] === '/') {
        tokens.push({ kind: 'segments' });
        end++;
      } else tokens.push({ kind: 'many', slashes: deep });
      at = end;
    } else if (char === '[') {
      const end = classEnd(pattern, at);
      if (end === -1) return 'a [ is not closed';
      const wants = parseClass(pattern.slice(at + 1, end));
      if (typeof wants === 'string') return wants;
      tokens.push({ kind: 'one', wants });
      at = end + 1;
    } else if (char === ']') {
      return 'a [ is not closed';
    } else if (char === '?') {
      tokens.push({ kind: 'one', wants: other => other !== '/' });
      at++;
    } else {
      const from = char === '\\' ? at + 1 : at;
      if (from === pattern.length) return 'nothing follows its last \\';
      const meant = String.fromCodePoint(pattern.codePointAt(from)!);
      tokens.push({ kind: 'one', wants: other => other === meant });
      at = from + meant.length;
    }
  }
  return { tokens, endsBefore };
}

/** @param text what stands between the brackets; no class takes a slash */
function parseClass(text: string): ((char: string) => boolean) | string {
  const negated = text[0] === '!' || text[0] === '^';
  const chars: { char: string; plain: boolean }[] = [];
  const all = [...text.slice(negated ? 1 : 0)];
  for (let at = 0; at < all.length; at++) {
    const escaped = all[at] === '\\' && at + 1 < all.length;
    if (escaped) at++;
    chars.push({ char: all[at]!, plain: !escaped });
  }
  if (chars.length === 0) return 'a [] has nothing in it';
  const ranges: [from: number, to: number][] = [];
  for (let at = 0; at < chars.length; at++) {
    const from = chars[at]!.char.codePointAt(0)!;
    const isRange = chars[at + 1]?.plain === true && chars[at + 1]!.char === '-' && at + 2 < chars.length;
    const to = isRange ? chars[at + 2]!.char.codePointAt(0)! : from;
    if (to < from) return `the range ${chars[at]!.char}-${chars[at + 2]!.char} is the wrong way round`;
    ranges.push([from, to]);
    if (isRange) at += 2;
  }
  return char => {
    if (char === '/') return false;
    const code = char.codePointAt(0)!;
    return ranges.some(([from, to]) => from <= code && code <= to) !== negated;
  };
}

/** A state is the number of tokens that have matched; `inside` are those in the middle of `segments`. */
function matches({ tokens, endsBefore }: Sequence, chars: readonly string[]): boolean {
  let states = new Set<number>();
  let inside = new Set<number>();
  const enter = (into: Set<number>, state: number) => {
    for (let at = state; !into.has(at); at++) {
      into.add(at);
      // Both may match nothing.
      if (tokens[at]?.kind !== 'many' && tokens[at]?.kind !== 'segments') return;
    }
  };
  enter(states, 0);
  for (const char of chars) {
    const next = new Set<number>();
    const nextInside = new Set<number>();
    for (const state of states) {
      const token = tokens[state];
      if (token?.kind === 'one' && token.wants(char)) enter(next, state + 1);
      else if (token?.kind === 'many' && (token.slashes || char !== '/')) enter(next, state);
      else if (token?.kind === 'segments') nextInside.add(state);
    }
    for (const state of inside) nextInside.add(state);
    if (char === '/') for (const state of nextInside) enter(next, state + 1);
    states = next;
    inside = nextInside;
    if (states.size === 0 && inside.size === 0) return false;
  }
  return states.has(tokens.length) || (endsBefore !== null && states.has(endsBefore));
}
