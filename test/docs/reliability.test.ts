/** `docs/reliability.md`: its states and its pauses are those of the code. */
import t from 'tap';
import { RETRY_DELAYS_MS } from '../../src/delivery/schedule.ts';
import { DELIVERY_STATES } from '../../src/model/delivery.ts';
import { pages } from '../support/pages.ts';

const PAGE = pages().get('docs/reliability.md')!.replace(/\s+/g, ' ');

t.test('the states of a delivery', async t => {
  const table = pages().get('docs/reliability.md')!.split('## States of a delivery')[1]!.split('##')[0]!;
  const rows = [...table.matchAll(/^\| `([a-z]+)` \|/gm)].map(([, state]) => state);
  t.strictSame(rows, [...DELIVERY_STATES]);
});

t.test('the pauses between retries', async t => {
  const words = RETRY_DELAYS_MS.map(ms => {
    const seconds = ms / 1_000;
    if (seconds < 60) return `${seconds} s`;
    return seconds < 3_600 ? `${seconds / 60} min` : `${seconds / 3_600} h`;
  });
  t.match(PAGE, `tried again after ${words.slice(0, -1).join(', ')} and ${words.at(-1)} (± 20 %)`);
});
