/** Times for people, in UTC so that logs of several machines compare, and durations as they are typed. */
import { BelfryError } from '../errors.ts';

/** @param ms since 1970; `-` for none */
export function moment(ms: number | null): string {
  return ms === null ? '-' : `${new Date(ms).toISOString().slice(0, 19).replace('T', ' ')}Z`;
}

const UNITS: Record<string, number> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/** Milliseconds of `90s`, `15m`, `24h`, `7d`, `2w`; null when it is none. */
export function parseDuration(text: string): number | null {
  const match = /^(\d+(?:\.\d+)?)\s*([smhdw])$/.exec(text.trim());
  return match === null ? null : Number(match[1]) * UNITS[match[2]!]!;
}

/**
 * What `--since` and `--until` say, a point in time: an ISO date or date-time, or a duration before now (`2h`).
 * @throws BelfryError `usage`
 */
export function parseSince(text: string, now: number, option = '--since'): number {
  const duration = parseDuration(text);
  if (duration !== null) return now - duration;
  // Date.parse alone would take "12" for the last December of 2001.
  const at = /^\d{4}-\d{2}-\d{2}/.test(text.trim()) ? Date.parse(text.trim()) : Number.NaN;
  if (!Number.isNaN(at)) return at;
  throw new BelfryError('usage', `${option}: wanted a time, got "${text}"`, {
    hint: 'Give a duration back from now such as 30m, 2h or 7d, or a date such as 2026-11-23 or 2026-11-23T08:00:00Z.',
  });
}
