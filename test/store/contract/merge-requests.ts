/** Merge requests: where they are taken, their numbers, and what happens to one. */
import type { Test } from 'tap';
import type { MergeRequestRecord } from '../../../src/model/merge-request.ts';
import type { Store } from '../../../src/store/store.ts';
import { deliveriesFor } from '../../../src/webhooks/deliveries-for.ts';
import { matches } from '../../support/matches.ts';
import { sampleNote } from '../../support/sample-events.ts';
import { NOW, register, sampleWebhook } from '../samples.ts';
import type { Open } from './open.ts';

const COMMITS = { head: 'a'.repeat(40), base: 'b'.repeat(40) };

/** Two topics of one author in one repository. */
async function stage(store: Store) {
  await store.roots.add('/srv/git');
  const row = await register(store, '/srv/git/acme/app.git', NOW);
  const { id: authorId } = await store.users.ensure('alice', {}, NOW);
  const key = (topic: string) => ({ repositoryId: row.id, authorId, target: 'main', topic });
  const change = (record: MergeRequestRecord) =>
    store.mergeRequests.change(row, record, () => [], deliveriesFor, NOW);
  const opened = async (topic: string) => {
    const made = (await store.mergeRequests.reserve(key(topic), COMMITS, 1, NOW))!;
    await change({ ...made, state: 'open' });
    return (await store.mergeRequests.get(row.id, made.number))!;
  };
  return { row, key, change, opened };
}

export function mergeRequestsContract(t: Test, open: Open): void {
  t.test('the last word about a directory holds for all that is below it', async t => {
    const { store } = await open(t);
    for (const root of ['/srv/git', '/srv/git/open', '/srv/github']) await store.roots.add(root);
    const paths = ['/srv/git/a.git', '/srv/git/open/b.git', '/srv/github/c.git', '/elsewhere/d.git'];
    const rows = await Promise.all(paths.map(path => register(store, path, 1)));
    const choices = async () => Promise.all(rows.map(row => store.mergeRequests.choice(row)));
    t.strictSame(await choices(), [null, null, null, null]);
    await store.mergeRequests.chooseBelow('/srv/git', 'on');
    t.strictSame(await choices(), ['on', 'on', null, null]);
    t.ok(await store.roots.takeRequests());
    await store.mergeRequests.chooseBelow('/srv/git/open', 'off');
    await store.mergeRequests.chooseFor(rows[0]!.id, 'unguarded');
    await store.mergeRequests.chooseFor(rows[3]!.id, 'on');
    t.strictSame(await choices(), ['unguarded', 'off', null, 'on']);
    const later = { id: 0, path: '/srv/git/open/later.git', directory: '/disk2/later.git' };
    t.equal(await store.mergeRequests.choice(later), 'off', 'a repository that comes later');
    const linked = { ...later, path: '/links/later.git', directory: '/srv/git/later.git' };
    t.equal(await store.mergeRequests.choice(linked), 'on', 'by the directory that a link leads to');
    await store.mergeRequests.chooseBelow('/srv/git', 'on');
    t.strictSame(await choices(), ['on', 'on', null, 'on'], 'what was said before about less is forgotten');
  });

  t.test('a number is given out only when it is the one that was asked about', async t => {
    const { store } = await open(t);
    const row = await register(store, '/srv/a.git', 1);
    const { id: authorId } = await store.users.ensure('alice', {}, 1);
    const key = (topic: string) => ({ repositoryId: row.id, authorId, target: 'main', topic });
    const commits = { head: 'a', base: 'b' };
    t.equal(await store.mergeRequests.next(key('x'), 4), 4);
    t.equal(await store.mergeRequests.reserve(key('x'), commits, 4, 1, 3), null);
    t.strictSame(await store.mergeRequests.taking(row.id), []);
    t.equal((await store.mergeRequests.reserve(key('x'), commits, 4, 1, 4))?.number, 4);
    t.equal(await store.mergeRequests.next(key('x'), 4), 4, 'of a topic that has one');
    t.equal(await store.mergeRequests.reserve(key('y'), commits, 4, 1, 4), null, 'given out meanwhile');
    t.equal((await store.mergeRequests.reserve(key('y'), commits, 4, 1))?.number, 5);
  });

  t.test('a number is given once, whoever asks at the same time', async t => {
    const { store, again } = await open(t);
    const { row, key } = await stage(store);
    const other = await again();
    const topics = Array.from({ length: 20 }, (_, n) => String(n));
    const reserved = await Promise.all(
      topics.map((topic, n) => (n % 2 ? store : other).mergeRequests.reserve(key(topic), COMMITS, 1, NOW)),
    );
    t.strictSame(new Set(reserved.map(one => one?.number)).size, topics.length);
    const twice = await other.mergeRequests.reserve(key('0'), COMMITS, 1, NOW);
    t.equal(twice?.number, reserved[0]?.number, 'a topic has one');
    t.equal((await store.mergeRequests.taking(row.id)).length, topics.length);
  });

  t.test('one that is not announced is there for pushes, and for nobody else', async t => {
    const { store } = await open(t);
    const { row, key, opened } = await stage(store);
    const { number } = (await store.mergeRequests.reserve(key('new'), COMMITS, 1, NOW))!;
    t.equal(await store.mergeRequests.get(row.id, number), null);
    t.match(await store.mergeRequests.get(row.id, number, true), { number, state: 'new', ...COMMITS });
    t.strictSame(await store.mergeRequests.list({ limit: 9 }), []);
    t.strictSame(await store.mergeRequests.openOn(row.id, ['main']), []);
    const second = await opened('open');
    matches(t, await store.mergeRequests.openOn(row.id, ['main', 'dev']), [{ number: second.number }]);
    t.strictSame(await store.mergeRequests.openOn(row.id, ['dev']), []);
    matches(t, await store.mergeRequests.list({ repositoryId: row.id, state: 'open', limit: 9 }), [second]);
    t.strictSame(await store.mergeRequests.list({ state: 'closed', limit: 9 }), []);
    t.equal(await store.mergeRequests.any(row.id), true);
    t.equal(await store.mergeRequests.any(99), false);
  });

  t.test(
    'what was computed from an older state is not written, and neither is what comes with it',
    async t => {
      const { store } = await open(t);
      const { row, opened, change } = await stage(store);
      await store.webhooks.add(sampleWebhook({ events: ['note'] }), '', NOW);
      const before = await opened('x');
      await change({ ...before, title: 'first' });
      const comment = { userId: before.author_id, body: 'too late' };
      const late = store.mergeRequests.change(
        row,
        { ...before, title: 'second' },
        () => [sampleNote()],
        deliveriesFor,
        NOW,
        comment,
      );
      await t.rejects(late, { code: 'conflict' });
      const after = (await store.mergeRequests.get(row.id, before.number))!;
      t.equal(after.title, 'first');
      t.strictSame(await store.mergeRequests.comments(before.id), []);
      t.strictSame(await store.deliveries.list({ limit: 9 }), []);
      const done = await store.mergeRequests.change(
        row,
        { ...after, comments: 1 },
        () => [sampleNote()],
        deliveriesFor,
        NOW,
        comment,
      );
      t.equal(done.deliveries, 1);
      matches(t, await store.mergeRequests.comments(before.id), [
        { id: done.commentId, user_id: before.author_id, body: 'too late', created_at: NOW },
      ]);
    },
  );

  t.test('closed, it takes no pushes; reopened it does, unless its topic has another one by now', async t => {
    const { store } = await open(t);
    const { row, key, opened, change } = await stage(store);
    const current = async (number: number) => (await store.mergeRequests.get(row.id, number))!;
    const first = await opened('x');
    await change({ ...first, state: 'closed', closed_at: NOW });
    t.equal(await store.mergeRequests.ofTopic(key('x')), null);
    await change({ ...(await current(first.number)), state: 'open', closed_at: null });
    t.match(await store.mergeRequests.ofTopic(key('x')), { number: first.number });
    await change({ ...(await current(first.number)), state: 'closed', closed_at: NOW });
    const second = await opened('x');
    t.not(second.number, first.number);
    await t.rejects(change({ ...(await current(first.number)), state: 'open' }), { code: 'conflict' });
    t.equal((await current(first.number)).state, 'closed');
    await store.mergeRequests.release(second.id);
    t.equal(await store.mergeRequests.ofTopic(key('x')), null, 'merged, and not yet announced');
  });
}
