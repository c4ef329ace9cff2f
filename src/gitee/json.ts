/** Compact JSON with the keys of every object in alphabetical order, the way gitee.com has sent it (gitee-format.md §3). */

/** Non-ASCII characters and `/` stay raw; lone surrogates, which no UTF-8 can carry, become U+FFFD. */
export function sortedJson(value: unknown): string {
  return JSON.stringify(value, sortKeys);
}

function sortKeys(_key: string, value: unknown): unknown {
  if (typeof value === 'string') return value.toWellFormed();
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value;
  const source = value as Record<string, unknown>;
  const sorted: Record<string, unknown> = {};
  for (const key of Object.keys(source).sort()) sorted[key] = source[key];
  return sorted;
}
