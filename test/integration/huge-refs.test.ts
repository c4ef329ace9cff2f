/** Very many refs in one push: the worker stays small, and announces each. */
import { appendFile, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { hugeStage } from '../support/huge-stage.ts';

t.setTimeout(300_000);

const ZERO = '0'.repeat(40);

t.test('40,000 refs in one push, as the hook writes them down', async t => {
  const { head, repository, belfry, arrived, receiver } = await hugeStage(t);
  const count = 40_000;
  const names = Array.from({ length: count }, (_, n) => `refs/heads/many/branch-${n}`).sort();
  const packed = names.map(name => `${head} ${name}\n`).join('');
  await appendFile(
    join(repository.path, 'packed-refs'),
    `# pack-refs with: peeled fully-peeled sorted \n${packed}`,
  );
  const header = `belfry-push 1\ndirectory ${repository.path}\nhook 1\nenv GL_USER bob\n\n`;
  const spool = (folder: string) => join(belfry.home, 'spool', folder, 'many');
  await writeFile(spool('tmp'), header + names.map(name => `${ZERO} ${head} ${name}\n`).join(''), {
    mode: 0o640,
  });
  // A webhook that wants none of them: what is measured is the taking in.
  await belfry.run(['webhook', 'edit', '1', '--branch', 'main', '--branch', 'many/branch-3*']);
  await rename(spool('tmp'), spool('new'));
  await repository.commit();
  t.equal((await repository.push(['main'])).status, 0);
  await arrived(1 + 11_111 + 1);
  const refs = new Set(receiver.requests.map(({ body }) => JSON.parse(body.toString('utf8')).ref));
  t.equal(refs.size, 11_112, 'every ref that is wanted, once');
  const log = await readFile(join(belfry.home, 'log', 'worker.log'), 'utf8');
  t.match(log, /push of 40000 refs, 11111 deliveries/);
});
