/** What `install` and `uninstall` print about many repositories: each note once, and the first few failures by name. */
import { printable } from '../../text/printable.ts';
import type { CommandContext } from '../context.ts';
import type { Unreadable } from './find-below.ts';
import type { Failure } from './work-through.ts';

/** A server has thousands of repositories: the same trouble with all of them fits on one screen. */
const SHOWN = 10;

export function printNotes(
  results: { directory?: string; note?: string | null; notes?: string[] }[],
  context: CommandContext,
): void {
  const all = results.flatMap(({ directory, note, notes }) =>
    (notes ?? (note ? [note] : [])).map(text => ({ directory, text })),
  );
  for (const [text, [first, ...more]] of Map.groupBy(all, one => one.text)) {
    const others = more.length > 0 ? ` and ${more.length} more` : '';
    const where = first?.directory === undefined ? '' : `${printable(first.directory)}${others}: `;
    context.print(`note: ${where}${printable(text)}`);
  }
}

/** Goes to standard error. */
export function printFailures(failed: Failure[], unreadable: Unreadable[], context: CommandContext): void {
  const lines = [
    ...failed.map(({ message }) => `failed: ${printable(message)}`),
    ...unreadable.map(
      ({ directory, reason }) => `not searched: ${printable(directory)}: ${printable(reason)}`,
    ),
  ];
  for (const line of lines.slice(0, SHOWN)) context.stderr(line);
  if (lines.length > SHOWN) context.stderr(`and ${lines.length - SHOWN} more: see --json`);
  for (const hint of new Set(failed.map(one => one.hint))) if (hint !== null) context.stderr(`  ${hint}`);
}
