/** Times as Gitee writes them: RFC 3339 with seconds and a numeric offset, never a fraction (gitee-format.md §3). */

const LAST_SECOND = 253_402_214_400 - 1;

/**
 * @param seconds since 1970; what no four-digit year can show is moved to the nearest one that can
 * @param offset `+08:00`, or `+0800` as Git writes it; an offset that no clock has counts as UTC
 */
export function giteeTime(seconds: number, offset: string): string {
  const match = /^([+-])(\d{2}):?(\d{2})$/.exec(offset);
  const [sign, hours, minutes] =
    match === null ? ['+', 0, 0] : [match[1]!, Number(match[2]), Number(match[3])];
  const sane = hours <= 23 && minutes <= 59;
  const shift = sane ? (hours * 60 + minutes) * 60 * (sign === '-' ? -1 : 1) : 0;
  const shown = sane ? `${sign}${pad(hours)}:${pad(minutes)}` : '+00:00';
  const local = Math.min(Math.max(Math.trunc(seconds) + shift, -62_135_596_800), LAST_SECOND);
  return `${new Date(local * 1_000).toISOString().slice(0, 19)}${shown}`;
}

function pad(value: number): string {
  return String(value).padStart(2, '0');
}
