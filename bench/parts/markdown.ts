/** The one table, as Markdown: it reads well in a terminal too. */
import stringWidth from 'string-width';
import type { Line } from './line.ts';

const HEADER = ['what', 'which', 'runs', 'median', 'p95', 'against', 'bar', 'met'];
const RIGHT = new Set(['runs', 'median', 'p95']);

export function markdownTable(lines: readonly Line[]): string {
  const rows = lines.map((line, i) => [
    line.what === lines[i - 1]?.what ? '' : line.what,
    line.which,
    String(line.runs),
    amount(line.median, line.unit),
    line.p95 === null ? '' : amount(line.p95, line.unit),
    line.against,
    line.bar,
    line.met === null ? '' : line.met ? 'met' : '**not met**',
  ]);
  const widths = HEADER.map((title, column) =>
    Math.max(...[[...HEADER], ...rows].map(row => stringWidth(row[column] ?? title))),
  );
  const rule = HEADER.map((title, column) => {
    const dashes = '-'.repeat(widths[column]! - (RIGHT.has(title) ? 1 : 0));
    return RIGHT.has(title) ? `${dashes}:` : dashes;
  });
  return [HEADER, rule, ...rows].map(cells => `| ${padded(cells, widths).join(' | ')} |`).join('\n');
}

function padded(cells: string[], widths: number[]): string[] {
  return cells.map((cell, column) => {
    const space = ' '.repeat(widths[column]! - stringWidth(cell));
    return RIGHT.has(HEADER[column]!) ? space + cell : cell + space;
  });
}

/** Three digits say all that can be trusted; what has no unit was counted. */
function amount(value: number, unit: Line['unit']): string {
  const digits = unit === '' || value >= 100 ? 0 : value >= 10 ? 1 : 2;
  const number = value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return unit === '' ? number : unit === '/s' ? `${number}/s` : `${number} ${unit}`;
}
