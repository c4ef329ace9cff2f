/**
 * Puts the keys that belong to the webhook (`hook_id`, `password`, `sign` …) into an event's JSON without parsing it:
 * a body is put together for every attempt, and events are up to megabytes long.
 */

export type Envelope = Record<string, string | number>;

/**
 * @param json compact JSON of an object whose keys are in alphabetical order
 * @param envelope its keys in alphabetical order too
 * @returns the same with the envelope's keys in between, still in order
 */
export function withEnvelope(json: string, envelope: Envelope): string {
  const entries = Object.entries(envelope);
  let next = 0;
  let result = '';
  let copied = 0;
  let depth = 0;
  let expectKey = false;
  for (let at = 0; at < json.length && next < entries.length; at++) {
    const char = json.charCodeAt(at);
    if (char === QUOTE) {
      const end = stringEnd(json, at);
      if (expectKey && depth === 1) {
        expectKey = false;
        // Our keys are plain ASCII words: nothing in them is escaped.
        const key = json.slice(at + 1, end);
        for (; next < entries.length && entries[next]![0] < key; next++) {
          result += `${json.slice(copied, at)}${entryOf(entries[next]!)},`;
          copied = at;
        }
      }
      at = end;
    } else if (char === OPEN_BRACE || char === OPEN_BRACKET) {
      depth++;
      if (depth === 1) expectKey = true;
    } else if (char === CLOSE_BRACE || char === CLOSE_BRACKET) {
      depth--;
    } else if (char === COMMA && depth === 1) {
      expectKey = true;
    }
  }
  if (next === entries.length) return result + json.slice(copied);
  result += json.slice(copied, -1);
  const last = entries.slice(next).map(entryOf).join(',');
  return `${result}${result === '{' ? '' : ','}${last}}`;
}

function entryOf([key, value]: [string, string | number]): string {
  return `"${key}":${JSON.stringify(value)}`;
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;

/** Offset of the closing quote: the first one behind an even number of backslashes. */
function stringEnd(json: string, start: number): number {
  let end = json.indexOf('"', start + 1);
  while (end !== -1) {
    let backslashes = 0;
    while (json.charCodeAt(end - 1 - backslashes) === BACKSLASH) backslashes++;
    if (backslashes % 2 === 0) return end;
    end = json.indexOf('"', end + 1);
  }
  return json.length;
}
