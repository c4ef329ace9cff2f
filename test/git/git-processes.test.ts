/** How many processes a push costs: the same few for three refs and for three hundred. */
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { type DescribeOptions, describePush } from '../../src/git/describe-push.ts';
import { repositoryFacts } from '../../src/git/repository-facts.ts';
import { SYSTEM_PATH } from '../../src/system-path.ts';
import { bareRepository } from './bare-repository.ts';

const ZERO = '0'.repeat(40);

t.test('as many for many refs as for few', async t => {
  const dir = t.testdir({ bin: {} });
  const path = `${join(dir, 'bin')}:${SYSTEM_PATH}`;
  const log = join(dir, 'log');
  const counted = async (work: () => Promise<unknown>) => {
    writeFileSync(log, '');
    await work();
    return readFileSync(log, 'utf8').split('\n').length - 1;
  };
  writeFileSync(
    join(dir, 'bin', 'git'),
    `#!/bin/sh\necho x >> '${log}'\nPATH='${SYSTEM_PATH}' exec git "$@"\n`,
  );
  chmodSync(join(dir, 'bin', 'git'), 0o755);

  const repository = await bareRepository(dir);
  const trunk = Array.from({ length: 50 }, (_, index) => ({ parents: index === 0 ? [] : [index - 1] }));
  const branches = Array.from({ length: 300 }, (_, index) => ({
    parents: [index % 50, (index * 7) % 50],
    message: `${index}`,
  }));
  const ids = await repository.build([...trunk, ...branches]);
  const who = 'A <a@example.com> 1600000000 +0000';
  const tag = await repository.object('tag', `object ${ids[0]}\ntype commit\ntag v1\ntagger ${who}\n\nOne\n`);
  const updates = (count: number) =>
    Array.from({ length: count }, (_, index) => [
      { old: ids[(index * 3) % 50]!, new: ids[50 + index]!, ref: `refs/heads/moved/${index}` },
      { old: ZERO, new: ids[50 + index]!, ref: `refs/heads/new/${index}` },
      { old: ids[50 + index]!, new: ZERO, ref: `refs/heads/old/${index}` },
      { old: ZERO, new: tag, ref: `refs/tags/${index}` },
    ]).flat();
  const describe = (list: ReturnType<typeof updates>, options: DescribeOptions = {}) =>
    counted(() => describePush(repository.path, list, { path, ...options }));

  t.equal(await describe(updates(1)), 4);
  t.equal(await describe(updates(3)), 4);
  t.equal(await describe(updates(300)), 4);
  t.equal(await describe(updates(1).slice(0, 1)), 3, 'an ordinary push');
  t.equal(await describe(updates(1).slice(2, 3)), 0, 'a deletion');
  t.equal(await describe(updates(3).filter(({ ref }) => ref.startsWith('refs/tags/'))), 2, 'tags');
  const known = async () => ({ main: '', before: new Map([['refs/heads/main', ids[9]!]]), moved: [] });
  t.equal(await describe(updates(300), { branches: known }), 5, 'what is fresh costs one');
  t.equal(
    await describe(updates(300), { branches: known, commits: 1 }),
    6,
    'and the rest of cut lists another one',
  );
  t.equal(
    await describe(updates(1).slice(0, 1), { branches: known }),
    3,
    'an ordinary push needs none of it',
  );
  t.equal(await counted(() => repositoryFacts(repository.path, path)), 0);
});
