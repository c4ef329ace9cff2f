/** Headers in every form that servers hand them on, read so that one sent twice is noticed and not the last one taken. */

/**
 * Node's `request.rawHeaders` (best: nothing is lost in it), `request.headers` or `headersDistinct`, a web `Headers`,
 * or pairs of name and value.
 */
export type RequestHeaders =
  | readonly string[]
  | Iterable<readonly [name: string, value: string]>
  | { readonly [name: string]: string | readonly string[] | undefined };

/** Lower-case name to all its values. */
export function readHeaders(headers: RequestHeaders): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const [name, value] of pairsOf(headers)) {
    const key = name.toLowerCase();
    found.set(key, [...(found.get(key) ?? []), value]);
  }
  return found;
}

function pairsOf(headers: RequestHeaders): [string, string][] {
  if (typeof headers !== 'object' || headers === null)
    throw new TypeError(
      `headers: wanted a request's headers, got ${headers === null ? 'null' : typeof headers}`,
    );
  if (isFlat(headers))
    return headers.flatMap((name, i): [string, string][] =>
      i % 2 === 0 ? [[name, headers[i + 1] ?? '']] : [],
    );
  if (Symbol.iterator in headers) return Array.from(headers as Iterable<[string, string]>);
  return Object.entries(headers).flatMap(([name, value]): [string, string][] => {
    if (value === undefined) return [];
    return typeof value === 'string' ? [[name, value]] : value.map(one => [name, one]);
  });
}

function isFlat(headers: object): headers is readonly string[] {
  return Array.isArray(headers) && typeof headers[0] === 'string';
}
