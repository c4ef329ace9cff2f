/** A webhook's URL as it may be shown and logged. */
import type { KindName } from './kind.ts';

const MASK = '***';
const SHOWN = 4;

/**
 * A robot's URL is its key: only its host and the last four characters are shown. Other URLs keep their path; a
 * password and the values of the query are hidden.
 */
export function maskUrl(kind: KindName, url: string): string {
  const parsed = new URL(url);
  if (kind !== 'gitee') return `${parsed.protocol}//${parsed.host}/${MASK}${url.slice(-SHOWN)}`;
  if (parsed.username !== '') parsed.username = MASK;
  if (parsed.password !== '') parsed.password = MASK;
  for (const name of new Set(parsed.searchParams.keys())) parsed.searchParams.set(name, MASK);
  return parsed.href;
}

/** The parts of a target that may stand nowhere in clear. */
export function secretsOf(url: string, secret: string | null): string[] {
  const parsed = new URL(url);
  const hidden = [secret ?? '', decoded(parsed.password), ...parsed.searchParams.values()];
  return hidden.filter(text => text !== '');
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
