/** What events about merge requests know for payloads of forges: what the head says of itself, and the head before. */
import { join } from 'node:path';
import Database from 'better-sqlite3';
import t, { type Test } from 'tap';
import { emitEvent } from '../../src/emit/emit-event.ts';
import type { MergeRequestFacts } from '../../src/gitee/merge-request.ts';
import { closeRequest, reopenRequest } from '../../src/merge-requests/change-request.ts';
import { register } from '../store/samples.ts';
import { type Clockwork, clockwork } from '../support/clockwork.ts';

/** It hears of nothing that happens here: only that it is there counts. */
const FORGE = { kind: 'gitlab' as const, events: ['issue' as const] };

interface Stage extends Clockwork {
  row: Awaited<ReturnType<typeof register>>;
  /** Of the merge request events since they were last asked for: action and facts. */
  facts(): [action: string, facts: MergeRequestFacts][];
}

async function stage(t: Test): Promise<Stage> {
  const works = await clockwork(t);
  let seen = 0;
  return {
    ...works,
    row: await register(works.store, works.repository.path, works.now()),
    facts() {
      const db = new Database(join(works.home, 'belfry.db'), { readonly: true });
      const rows = db
        .prepare<[number], { id: number; action: string; facts: string }>(
          `select id, data ->> 'action_desc' as action, facts from event
           where id > ? and name = 'merge_request' order by id`,
        )
        .all(seen);
      db.close();
      seen = rows.at(-1)?.id ?? seen;
      return rows.map(({ action, facts }) => [action, JSON.parse(facts)]);
    },
  };
}

const WRITTEN = {
  author: { name: '张三', email: 'zhang-san@example.com' },
  seconds: Date.parse('2021-10-08T16:08:32+08:00') / 1_000,
  offset: '+0800',
};
const PLAIN = { recovered: false, draft: false, inferred: false };

for (const isWanted of [true, false]) {
  t.test(`a request from Git, ${isWanted ? 'with' : 'without'} a webhook that wants it`, async t => {
    const { store, settings, repository, row, push, facts, webhook, now } = await stage(t);
    if (isWanted) await webhook('/forge', FORGE);
    const user = await store.users.ensure('alice', {}, now());
    const base = await repository.commit({ files: { a: '' } });
    await push('main');
    await repository.git('checkout', '-q', '-b', 'x');
    const head = await repository.commit({ files: { b: '' }, message: 'First\n\nlong\n' });
    const key = { repositoryId: row.id, authorId: user.id, target: 'main', topic: 'x' };
    await store.mergeRequests.reserve(key, { head, base }, 1, now());
    const more = (message: string) => (isWanted ? { head_commit: { message, ...WRITTEN } } : {});

    await push('x:refs/pull/1/head');
    t.strictSame(facts(), [['open', { ...PLAIN, ...more('First\n\nlong\n') }]]);
    await repository.commit({ files: { c: '' }, message: 'x'.repeat(70_000) });
    await push('x:refs/pull/1/head');
    const updated = { ...PLAIN, ...(isWanted ? { old_head: head } : {}), ...more('x'.repeat(65_536)) };
    t.strictSame(facts(), [['source_branch_changed', updated]], 'of a long message the beginning');
    await repository.commit({ files: { c: 'c' }, message: 'Third\n' });
    await push('x:refs/pull/1/head');
    facts();

    const deps = { store, settings, row, login: 'alice', now: now() };
    const request = async () => (await store.mergeRequests.get(row.id, 1))!;
    await closeRequest(await request(), deps);
    await reopenRequest(await request(), deps);
    t.strictSame(facts(), [
      ['close', { ...PLAIN, ...more('Third\n') }],
      ['reopen', { ...PLAIN, ...more('Third\n') }],
    ]);
    await push('x:main');
    t.strictSame(facts(), [['merge', { ...PLAIN, ...more('Third\n') }]]);
  });

  t.test(`of another system, ${isWanted ? 'with' : 'without'} a webhook that wants it`, async t => {
    const { store, settings, repository, row, push, facts, webhook, now } = await stage(t);
    if (isWanted) await webhook('/forge', FORGE);
    await repository.commit();
    await push('main');
    await repository.git('checkout', '-q', '-b', 'x');
    const first = await repository.commit({ message: 'First\n' });
    await push('x');
    const emit = async (source: object | null, action = 'open', action_desc = action) => {
      const input = {
        actor: 'alice',
        action,
        action_desc,
        merge_request: {
          number: 7,
          title: 'x',
          author: 'alice',
          state: 'open',
          source,
          target: { branch: 'main' },
          created_at: '2026-01-01T00:00:00Z',
        },
      };
      const deps = { store, settings, now: now() };
      const outcome = await emitEvent({ name: 'merge_request', row, input, key: null }, deps);
      if ('problems' in outcome) throw new Error(JSON.stringify(outcome.problems));
      return facts();
    };
    const moved = ['update', 'source_branch_changed'] as const;
    const more = (message: string, old?: string) =>
      isWanted ? { ...(old && { old_head: old }), head_commit: { message, ...WRITTEN } } : {};

    t.strictSame(await emit({ branch: 'x' }), [['open', { ...PLAIN, ...more('First\n') }]]);
    await repository.commit({ message: 'Second\n' });
    await push('x');
    t.strictSame(await emit({ branch: 'x' }, 'update', 'update_label'), [
      ['update_label', { ...PLAIN, ...more('Second\n') }],
    ]);
    t.strictSame(await emit({ branch: 'x' }, ...moved), [[moved[1], { ...PLAIN, ...more('Second\n') }]]);
    const again = await emit({ branch: 'x', sha: first }, ...moved);
    const second = await repository.git('rev-parse', 'x');
    t.strictSame(again, [[moved[1], { ...PLAIN, ...more('First\n', second) }]]);

    const elsewhere = '1'.repeat(40);
    const old = isWanted ? { old_head: first } : {};
    t.strictSame(
      await emit({ branch: 'x', sha: elsewhere }, ...moved),
      [[moved[1], { ...PLAIN, ...old }]],
      'a commit that is only there',
    );
    t.strictSame(await emit(null, 'close'), [['close', PLAIN]], 'the source is gone');
  });
}
