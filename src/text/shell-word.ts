/** A path in a command that people copy into a shell. */
import { printable } from './printable.ts';

/** As it is when that is one plain word, else between single quotes. */
export function shellWord(text: string): string {
  const shown = printable(text);
  return /^[\w@%+=:,./-]+$/.test(shown) ? shown : `'${shown.replaceAll("'", "'\\''")}'`;
}
