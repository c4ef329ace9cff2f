/** The ledger of tips and gaps. */
import type { Test } from 'tap';
import type { RefUpdate } from '../../../src/model/change.ts';
import type { GapChanges } from '../../../src/model/ledger.ts';
import type { Store } from '../../../src/store/store.ts';
import { deliveriesFor } from '../../../src/webhooks/deliveries-for.ts';
import { NOW, register } from '../samples.ts';
import type { Open } from './open.ts';

const [NONE, A, B, C] = ['0', 'a', 'b', 'c'].map(digit => digit.repeat(40)) as [
  string,
  string,
  string,
  string,
];
const MAIN = 'refs/heads/main';
const HOUR = 3_600_000;
let pushes = 0;

async function stage(store: Store) {
  const row = await register(store, '/srv/git/acme/app.git', NOW);
  const { id: userId } = await store.users.ensure('alice', {}, NOW);
  const push = (
    updates: RefUpdate[],
    { recovered = false, gaps, at = NOW }: { recovered?: boolean; gaps?: GapChanges; at?: number } = {},
  ) =>
    store.pushes.record(
      {
        ...{ spoolName: `ledger-${++pushes}`, repository: row, userId, pushedAt: at, options: [], notes: [] },
        ...{ updates, recovered, gaps },
      },
      [],
      deliveriesFor,
      at,
    );
  const tips = async (...refs: string[]) =>
    Object.fromEntries(
      await store.ledger.tips(
        row.id,
        refs.map(ref => ({ ref })),
      ),
    );
  const gaps = async () => (await store.ledger.gaps(row.id, [{ ref: MAIN }])).get(MAIN) ?? [];
  return { id: row.id, push, tips, gaps };
}

export function ledgerContract(t: Test, open: Open): void {
  t.test('a push moves the tips of its refs, and takes away what it deleted', async t => {
    const { store } = await open(t);
    const { id, push, tips } = await stage(store);
    await push([
      { ref: MAIN, old: NONE, new: A },
      { ref: 'refs/tags/v1', old: NONE, new: B },
    ]);
    t.strictSame(await tips(MAIN, 'refs/tags/v1', 'refs/heads/none'), { [MAIN]: A, 'refs/tags/v1': B });
    await push([
      { ref: MAIN, old: A, new: C },
      { ref: 'refs/tags/v1', old: B, new: NONE },
    ]);
    t.strictSame(await tips(MAIN, 'refs/tags/v1'), { [MAIN]: C });
    t.equal(await store.mergeRequests.reportedTip(id, 'main'), C);
    t.equal(await store.mergeRequests.reportedTip(id, 'none'), null);
  });

  t.test('the first sight of a repository leaves what a push has said, and comes in pages', async t => {
    const { store } = await open(t);
    const { id, push } = await stage(store);
    await push([{ ref: MAIN, old: NONE, new: A }]);
    await store.ledger.adopt(id, [
      { ref: MAIN, id: B },
      { ref: 'refs/heads/Z', id: B },
      { ref: 'refs/tags/\u00fc', id: C },
    ]);
    const all = [
      { ref: 'refs/heads/Z', tip: B },
      { ref: MAIN, tip: A },
      { ref: 'refs/tags/\u00fc', tip: C },
    ];
    t.strictSame(await store.ledger.page(id, '', 9), all, 'in the order of bytes');
    t.strictSame(await store.ledger.page(id, '', 2), all.slice(0, 2));
    t.strictSame(await store.ledger.page(id, MAIN, 2), all.slice(2));
    t.equal(await store.ledger.baselineAt(id), null);
    await store.ledger.setBaseline(id, NOW);
    t.equal(await store.ledger.baselineAt(id), NOW);
    await store.ledger.forget(id);
    t.strictSame(await store.ledger.page(id, '', 9), []);
    t.equal(await store.ledger.baselineAt(id), null);
  });

  t.test('gaps are opened and closed with a push, and forgotten after a day', async t => {
    const { store } = await open(t);
    const { push, gaps } = await stage(store);
    const missed = { ref: MAIN, old: A, new: B, reported: true };
    const later = { ref: MAIN, old: B, new: C, reported: false };
    await push([], { gaps: { opened: [missed, later], closed: [] } });
    t.strictSame(await gaps(), [missed, later]);
    await push([], { gaps: { opened: [], closed: [later] } });
    t.strictSame(await gaps(), [missed]);
    await push([], { gaps: { opened: [], closed: [] }, at: NOW + 23 * HOUR });
    t.strictSame(await gaps(), [missed]);
    await push([], { gaps: { opened: [], closed: [] }, at: NOW + 25 * HOUR });
    t.strictSame(await gaps(), []);
  });

  t.test('what a comparison found last is a gap that was reported, until a hook has said it too', async t => {
    const { store } = await open(t);
    const { push, gaps, tips } = await stage(store);
    await push([{ ref: MAIN, old: NONE, new: A }], { recovered: true });
    const reported = { ref: MAIN, old: '', new: A, reported: true };
    t.strictSame(await gaps(), [reported]);
    await push([], { gaps: { opened: [], closed: [reported] } });
    t.strictSame(await gaps(), []);
    t.strictSame(await tips(MAIN), { [MAIN]: A });
    await push([{ ref: MAIN, old: A, new: NONE }], { recovered: true });
    t.strictSame(await gaps(), [{ ref: MAIN, old: A, new: '', reported: true }], 'also that it is gone');
  });

  t.test('when all repositories were last compared', async t => {
    const { store, again } = await open(t);
    t.equal(await store.ledger.scannedAt(), 0);
    await store.ledger.setScanned(NOW);
    t.equal(await (await again()).ledger.scannedAt(), NOW);
  });
}
