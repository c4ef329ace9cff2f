/**
 * Tables for people: columns as wide as their content. When the terminal is narrower the widest ones are cut; and where that is
 * not enough, as some say what must be read whole, the last columns go below each row.
 */
import stringWidth from 'string-width';
import { printable } from './printable.ts';

const GAP = '  ';
/** In front of what goes below a row. */
const BELOW = '    ';
/** Less of a column says nothing. */
const LEAST = 8;

export interface TableShape {
  /** How many of the first columns, by which a row is named, are never cut. Default: one. */
  whole?: number | undefined;
  /** Titles of other columns that are never cut; or of which the part that this finds is not. */
  keep?: Readonly<Record<string, 'whole' | RegExp>> | undefined;
  /** Puts colours into a cell. @param row from 0 */
  paint?: ((text: string, title: string, row: number) => string) | undefined;
}

/**
 * The header and each row: mostly one line each, with no trailing space. Chinese characters count two columns.
 * @param width columns of the terminal
 */
export function tableRows(
  header: string[],
  rows: string[][],
  width: number,
  { whole = 1, keep = {}, paint = text => text }: TableShape = {},
): string[] {
  const cells = [header, ...rows.map(row => row.map(printable))];
  const widest = (of: (row: string[], n: number) => string | undefined) =>
    cells.reduce((most, row, n) => Math.max(most, stringWidth(of(row, n) ?? '')), 0);
  const wanted = header.map((_, column) => widest(row => row[column]));
  const least = header.map((title, column) => {
    const kept = column < whole ? 'whole' : keep[title];
    if (kept === 'whole') return wanted[column]!;
    const room = Math.min(wanted[column]!, Math.max(stringWidth(title), LEAST));
    if (kept === undefined) return room;
    // One more for the sign that something is missing behind it.
    const part = widest((row, n) => (n === 0 ? '' : `${kept.exec(row[column] ?? '')?.[0] ?? ''}…`));
    return Math.min(wanted[column]!, Math.max(room, part));
  });
  const lines = linesOf(least, width);
  const widths = lines.map((columns, at) => {
    const room = width - (at === 0 ? 0 : BELOW.length) - GAP.length * (columns.length - 1);
    return fit(pick(wanted, columns), pick(least, columns), room);
  });
  return cells.map((row, n) =>
    lines
      .map((columns, at) => {
        const shown = columns.map((column, i) => {
          const text = cut(row[column] ?? '', widths[at]![i]!);
          const space = ' '.repeat(Math.max(0, widths[at]![i]! - stringWidth(text)));
          return (n === 0 ? text : paint(text, header[column]!, n - 1)) + space;
        });
        return ((at === 0 ? '' : BELOW) + shown.join(GAP)).trimEnd();
      })
      .filter((line, at) => at === 0 || line !== '')
      .join('\n'),
  );
}

/** Columns that stand side by side: all, unless they do not fit even when they are cut. */
function linesOf(least: number[], width: number): number[][] {
  const lines: number[][] = [[]];
  let used = 0;
  for (const [column, each] of least.entries()) {
    const line = lines.at(-1)!;
    if (line.length > 0 && used + GAP.length + each > width) {
      lines.push([column]);
      used = BELOW.length + each;
    } else {
      used += (line.length > 0 ? GAP.length : 0) + each;
      line.push(column);
    }
  }
  return lines;
}

function pick(numbers: number[], columns: number[]): number[] {
  return columns.map(column => numbers[column]!);
}

/** Takes columns from the widest until all fit, but leaves each what it needs. */
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
