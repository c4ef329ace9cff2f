/** Deliveries as a table; what went wrong stands under its row, because the robots' own words do not fit a column. */
import type { Delivery } from '../../model/delivery.ts';
import { moment } from '../../text/moment.ts';
import { printable } from '../../text/printable.ts';
import { table } from '../../text/table.ts';
import { wrap } from '../../text/wrap.ts';
import type { CommandContext } from '../context.ts';

const HEADER = ['ID', 'AT', 'STATE', 'TRY', 'HOOK', 'EVENT', 'REPO', 'REF', 'HTTP'];
/** By these a person finds a delivery: never cut. */
const WHOLE = 2;
const INDENT = '    ';

/** @param empty what to say when there are none */
export function printDeliveries(rows: Delivery[], context: CommandContext, empty: string): void {
  if (rows.length === 0) {
    context.print(empty);
    return;
  }
  const [titles, ...lines] = table(HEADER, rows.map(cells), context.width, WHOLE).split('\n');
  context.print(titles!);
  for (const [n, row] of rows.entries()) {
    const note = noteOf(row);
    context.print(row.state === 'failed' ? context.red(lines[n]!) : lines[n]!);
    if (note !== null) context.print(wrap(printable(note), context.width, INDENT));
  }
}

function cells(row: Delivery): string[] {
  return [
    row.id,
    moment(row.created_at).slice(5, 16),
    row.state,
    String(row.attempts),
    String(row.webhook_id),
    row.event,
    row.repository,
    (row.ref ?? '').replace(/^refs\/(heads|tags)\//, ''),
    row.last_status === null ? '' : String(row.last_status),
  ];
}

function noteOf(row: Delivery): string | null {
  const notes = row.recovered ? ['recovered: no hook announced it'] : [];
  if (row.state === 'merged') notes.push(`went out inside ${row.merged_into}`);
  else if (row.state !== 'delivered' && row.last_error !== null) notes.push(row.last_error);
  return notes.length === 0 ? null : notes.join('; ');
}
