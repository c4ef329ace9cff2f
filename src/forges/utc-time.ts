/** Gitee's times have the server's offset; forges write all but those of commits in UTC, which every client reads. */

/** @param time as `giteeTime` writes it @returns RFC 3339 with `Z` */
export function utcTime(time: string): string;
export function utcTime(time: string | null): string | null;
export function utcTime(time: string | null): string | null {
  return time === null ? null : `${new Date(Date.parse(time)).toISOString().slice(0, 19)}Z`;
}
