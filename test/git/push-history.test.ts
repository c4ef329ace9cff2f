/** A push that is described in parts: the same as in one piece, and its history is read once. */
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { describePush } from '../../src/git/describe-push.ts';
import { PushHistory } from '../../src/git/push-history.ts';
import { SYSTEM_PATH } from '../../src/system-path.ts';
import { bareRepository } from './bare-repository.ts';
import { dice, randomHistory } from './random-history.ts';

const ZERO = '0'.repeat(40);
const GONE = 'e'.repeat(40);

async function stage(dir: string) {
  const repository = await bareRepository(dir);
  const roll = dice(7);
  const plan = randomHistory(roll, { commits: 300, roots: 0.01, merges: 0.3, reach: 40, skew: 30 });
  const ids = await repository.build(plan.map((commit, index) => ({ ...commit, message: `${index}` })));
  const any = () => ids[Math.floor(roll() * ids.length)]!;
  const updates = Array.from({ length: 40 }, (_, n) => [
    { old: any(), new: any(), ref: `refs/heads/moved/${n}` },
    { old: ZERO, new: any(), ref: `refs/heads/new/${n}` },
    { old: any(), new: ZERO, ref: `refs/heads/old/${n}` },
    { old: ZERO, new: any(), ref: `refs/tags/${n}` },
  ]).flat();
  return { repository, updates };
}

async function inParts(path: string, updates: Awaited<ReturnType<typeof stage>>['updates'], git?: string) {
  const history = new PushHistory(updates);
  const parts = [];
  for (let at = 0; at < updates.length; at += 20) {
    history.again();
    parts.push(...(await describePush(path, updates.slice(at, at + 20), { history, path: git })));
    history.keep();
  }
  return parts;
}

t.test('what each ref did is the same', async t => {
  const { repository, updates } = await stage(t.testdir({}));
  const whole = await describePush(repository.path, updates);
  t.strictSame(await inParts(repository.path, updates), whole);
});

t.test('a tip that is gone, or the only new branch, changes nothing for the others', async t => {
  const { repository, updates } = await stage(t.testdir({}));
  const odd = [
    { old: ZERO, new: GONE, ref: 'refs/heads/gone' },
    { old: GONE, new: updates[0]!.new, ref: 'refs/heads/lost' },
    ...updates.filter(({ ref }) => ref.startsWith('refs/heads/moved/')),
    updates[1]!,
  ];
  t.strictSame(await inParts(repository.path, odd), await describePush(repository.path, odd));
});

t.test('one walk and one count for all parts; what nobody has vouched for is read again', async t => {
  const dir = t.testdir({ bin: {} });
  const { repository, updates } = await stage(dir);
  const log = join(dir, 'log');
  writeFileSync(
    join(dir, 'bin', 'git'),
    `#!/bin/sh\necho "$@" >> '${log}'\nPATH='${SYSTEM_PATH}' exec git "$@"\n`,
  );
  chmodSync(join(dir, 'bin', 'git'), 0o755);
  const path = `${join(dir, 'bin')}:${SYSTEM_PATH}`;
  const walks = () => readFileSync(log, 'utf8').match(/ rev-list /g)?.length ?? 0;
  await inParts(repository.path, updates, path);
  t.equal(walks(), 2);
  const history = new PushHistory(updates);
  for (const _ of [1, 2]) {
    history.again();
    await describePush(repository.path, updates.slice(0, 20), { history, path });
  }
  t.equal(walks(), 6);
});
