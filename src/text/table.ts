/** Tables for people: columns as wide as their content, the widest ones cut when the terminal is narrower. */
import stringWidth from 'string-width';
import { printable } from './printable.ts';

const GAP = '  ';

/**
 * Lines of text with no trailing space. Chinese characters count two columns.
 * @param width columns of the terminal
 * @param whole how many of the first columns, by which a row is named, are never cut
 */
export function table(header: string[], rows: string[][], width: number, whole = 1): string {
  const cells = [header, ...rows.map(row => row.map(printable))];
  const widths = fit(
    header.map((_, column) => cells.reduce((most, row) => Math.max(most, stringWidth(row[column] ?? '')), 0)),
    header.map((title, column) => (column < whole ? Number.POSITIVE_INFINITY : stringWidth(title))),
    width - GAP.length * (header.length - 1),
  );
  return cells
    .map(row =>
      row
        .map((cell, column) => pad(cut(cell, widths[column]!), widths[column]!))
        .join(GAP)
        .trimEnd(),
    )
    .join('\n');
}

/** Takes columns from the widest until all fit, but leaves each its title. */
function fit(wanted: number[], least: number[], total: number): number[] {
  const widths = [...wanted];
  let surplus = widths.reduce((sum, width) => sum + width, 0) - total;
  while (surplus > 0) {
    const widest = widths.reduce(
      (best, width, i) => (width - least[i]! > widths[best]! - least[best]! ? i : best),
      0,
    );
    if (widths[widest]! <= least[widest]!) break;
    widths[widest]!--;
    surplus--;
  }
  return widths;
}

function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - stringWidth(text)));
}

/** Cuts between graphemes, so that no character is broken. */
function cut(text: string, width: number): string {
  if (stringWidth(text) <= width) return text;
  let result = '';
  let used = 1;
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    used += stringWidth(segment);
    if (used > width) break;
    result += segment;
  }
  return `${result}…`;
}
