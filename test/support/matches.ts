/**
 * tap's `match` lets an array have more elements than its pattern, and takes `[]` for any array: an assertion that cannot fail.
 * Here every array of the pattern, at any depth, is as long as the one that came.
 */
import type { Test } from 'tap';

export function matches(
  t: Pick<Test, 'match' | 'fail'>,
  got: unknown,
  pattern: object,
  message?: string,
): boolean {
  const wrong = otherLengths(got, pattern, '');
  if (wrong.length > 0) return t.fail(message ?? 'arrays are as long as wanted', { wrong, got });
  return message === undefined ? t.match(got, pattern) : t.match(got, pattern, message);
}

function otherLengths(got: unknown, pattern: unknown, path: string): string[] {
  if (typeof pattern !== 'object' || pattern === null || typeof got !== 'object' || got === null) return [];
  if (Array.isArray(pattern) && (!Array.isArray(got) || got.length !== pattern.length))
    return [
      `${path || 'it'}: ${pattern.length} wanted, ${Array.isArray(got) ? got.length : 'no array'} came`,
    ];
  return Object.entries(pattern).flatMap(([key, part]) =>
    otherLengths((got as Record<string, unknown>)[key], part, `${path}.${key}`),
  );
}
