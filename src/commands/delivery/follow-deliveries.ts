/** `belfry deliveries --follow`: what is new, and what changes, until nobody reads any more. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Delivery, DeliveryFilter } from '../../model/delivery.ts';
import { forTerminal, printable, printableJson } from '../../text/printable.ts';
import type { Args, CommandContext } from '../context.ts';
import { cells, HEADER, noteOf } from './delivery-table.ts';

const LOOK_MS = 500;
/** Of one look: nobody reads more of them in half a second. */
const MOST = 10_000;
/** Columns that line up although nobody knows yet how long their values will be. */
const WIDTHS = [18, 13, 11, 5, 6, 15, 22, 20];

/** @throws BelfryError */
export async function followDeliveries(
  filter: DeliveryFilter,
  { json }: Args,
  context: CommandContext,
): Promise<number> {
  const store = await context.store();
  /** What was shown of a delivery last. */
  const shown = new Map<string, string>();
  const say = async (rows: Delivery[]) => {
    const news = rows.filter(row => shown.get(row.id) !== stateOf(row));
    for (const row of news) shown.set(row.id, stateOf(row));
    const lines = news.map(row => (json ? printableJson(context.chosen(row), 0) : lineOf(row, context)));
    if (lines.length > 0) await context.write(Buffer.from(`${forTerminal(lines.join('\n'))}\n`));
  };
  try {
    if (!json) context.print(aligned(HEADER));
    let after = await store.deliveries.mark();
    let moment = await store.deliveries.moment();
    await say((await store.deliveries.list(filter)).reverse());
    for (;;) {
      await sleep(LOOK_MS);
      const now = await store.deliveries.moment();
      if (now === moment) continue;
      moment = now;
      const next = await store.deliveries.mark();
      await say((await store.deliveries.list({ ...filter, after, limit: MOST })).reverse());
      after = next;
    }
  } catch (error) {
    // Whoever reads has had enough.
    if ((error as NodeJS.ErrnoException).code === 'EPIPE') return 0;
    throw error;
  }
}

function stateOf({ state, attempts, last_error }: Delivery): string {
  return `${state} ${attempts} ${last_error ?? ''}`;
}

function lineOf(row: Delivery, context: CommandContext): string {
  const note = noteOf(row);
  const line = `${aligned(cells(row).map(printable))}${note === null ? '' : `\n    ${printable(note)}`}`;
  return row.state === 'failed' ? context.red(line) : line;
}

function aligned(values: string[]): string {
  return values
    .map((value, at) => value.padEnd(WIDTHS[at] ?? 0))
    .join('')
    .trimEnd();
}
