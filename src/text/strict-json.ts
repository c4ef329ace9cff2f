/** JSON from strangers: UTF-8 without a slip, not deeper than anybody means, and a message that says where it breaks. */
import { isUtf8 } from 'node:buffer';

/** Our deepest form has 5 levels; more than this is no event, and recursion over it could exhaust the stack. */
const DEEPEST = 64;

export type Parsed = { ok: true; value: unknown } | { ok: false; problem: string };

export function strictJson(bytes: Uint8Array): Parsed {
  if (!isUtf8(bytes)) return { ok: false, problem: `wanted UTF-8, got other bytes (${firstBadLine(bytes)})` };
  const text = new TextDecoder().decode(bytes);
  if (text.trim() === '') return { ok: false, problem: 'wanted one JSON object, got nothing' };
  if (depthOf(text) > DEEPEST)
    return { ok: false, problem: `wanted at most ${DEEPEST} levels of nesting, got more` };
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch (error) {
    return { ok: false, problem: `wanted JSON: ${(error as Error).message}` };
  }
}

function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (inString) {
      if (char === '\\') at++;
      else if (char === '"') inString = false;
    } else if (char === '"') inString = true;
    else if (char === '{' || char === '[') deepest = Math.max(deepest, ++depth);
    else if (char === '}' || char === ']') depth--;
  }
  return deepest;
}

function firstBadLine(bytes: Uint8Array): string {
  const lines = Buffer.from(bytes).toString('latin1').split('\n');
  return `line ${lines.findIndex(line => !isUtf8(Buffer.from(line, 'latin1'))) + 1}`;
}
