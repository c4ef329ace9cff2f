/** A million paths and very many parents: the worker stays small, and says what it left out. */
import t from 'tap';
import { hugeStage, WHO } from '../support/huge-stage.ts';
import { matches } from '../support/matches.ts';
import { must } from '../support/run.ts';

t.setTimeout(300_000);

t.test('a million paths, and 20,000 parents', async t => {
  const { object, fastImport, head, tree, repository, arrived, cut } = await hugeStage(t);
  const blob = await object('blob', '');
  // A tree of a thousand trees of a thousand: git writes each only once.
  const lines = Array.from({ length: 1_000 }, (_, n) => `100644 blob ${blob}\tthe-name-of-a-file-${n}\n`);
  const git = (args: string[], stdin: string) =>
    must('git', args, { cwd: repository.work, env: repository.env, stdin });
  const leaf = (await git(['mktree'], lines.join(''))).trim();
  const dirs = Array.from({ length: 1_000 }, (_, n) => `040000 tree ${leaf}\tdirectory-${n}\n`);
  const top = (await git(['mktree'], dirs.join(''))).trim();
  const wide = await object('commit', `tree ${top}\nparent ${head}\nauthor ${WHO}\ncommitter ${WHO}\n\nx\n`);
  t.equal((await repository.push([`${wide}:refs/heads/main`])).status, 0);
  const { added } = (await arrived(2)).head_commit;
  t.equal(added.length, 9_999, 'and the one that it removes');
  matches(t, await cut(), [/990001 of 1000001 changed paths are left out/]);

  const one = (n: number) => `commit refs/heads/p\nmark :${n}\ncommitter ${WHO}\ndata 1\nx\n\n`;
  await fastImport(...Array.from({ length: 20_000 }, (_, n) => `${one(n + 1)}`));
  const ids = (await git(['rev-list', 'p'], '')).trim().split('\n');
  const parents = [wide, ...ids].map(id => `parent ${id}\n`).join('');
  const octopus = await object('commit', `tree ${tree}\n${parents}author ${WHO}\ncommitter ${WHO}\n\nx\n`);
  t.equal((await repository.push([`${octopus}:refs/heads/main`])).status, 0);
  t.equal((await arrived(3)).head_commit.parent_ids.length, 1_000);
  t.ok((await cut()).some(line => /19001 of its 20001 parents are left out/.test(line)));
});
