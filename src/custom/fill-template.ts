/** Fills a template with an event's payload. */
import type { Path, Piece } from './template.ts';

/**
 * @param most bytes of the result
 * @returns compact JSON; null when it is larger. It is given up as soon as that is clear: a template may name the whole
 *   payload many times
 */
export function fillTemplate(pieces: readonly Piece[], payload: unknown, most: number): string | null {
  const texts: string[] = [];
  let size = 0;
  for (const piece of pieces) {
    const text = textOf(piece, payload, most);
    if (text === null) return null;
    size += Buffer.byteLength(text);
    if (size > most) return null;
    texts.push(text);
  }
  return texts.join('');
}

function textOf(piece: Piece, payload: unknown, most: number): string | null {
  if (typeof piece === 'string') return piece;
  if ('whole' in piece) return JSON.stringify(valueAt(payload, piece.whole) ?? null);
  let text = '';
  for (const part of piece.text) {
    text += typeof part === 'string' ? part : spelled(valueAt(payload, part));
    if (text.length > most) return null;
  }
  return JSON.stringify(text);
}

/** Only what JSON itself has: no methods, no length, nothing inherited. */
function valueAt(payload: unknown, path: Path): unknown {
  return path.reduce<unknown>((at, name) => {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, name)) return undefined;
    return Array.isArray(at) && !/^\d+$/.test(name) ? undefined : (at as Record<string, unknown>)[name];
  }, payload);
}

/** Inside a text: what is not there is nothing, and so is what has parts. */
function spelled(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}
