/** A time as another system writes it: ISO 8601 with its offset. Without one nobody would know which time it is. */
import { z } from 'zod';

const SHAPE = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}([.,]\d{1,9})?)? ?(Z|UTC|[+-]\d{2}:?\d{2})$/;
const WANTED = 'a time with its offset, such as 2026-11-23T16:08:32+08:00 or 2026-11-23T08:08:32Z';

export const momentInput = z
  .string()
  .regex(SHAPE, { error: WANTED, abort: true })
  .refine(text => !Number.isNaN(momentMs(text)), WANTED)
  .describe(
    'ISO 8601 with an offset; a fraction of a second and an offset without a colon (+0800) are fine too.',
  );

/** Milliseconds since 1970; NaN for a day or an hour that does not exist. */
export function momentMs(text: string): number {
  const plain = text
    .replace(' ', 'T')
    .replace(',', '.')
    .replace(/ ?(UTC|Z)$/, 'Z')
    .replace(/ ?([+-]\d{2}):?(\d{2})$/, '$1:$2');
  const [year, month, day] = plain.slice(0, 10).split('-').map(Number);
  // `Date` would turn the 31st of April into the 1st of May.
  const inMonth = new Date(Date.UTC(year!, month!, 0)).getUTCDate();
  return day! > inMonth ? Number.NaN : Date.parse(plain);
}
