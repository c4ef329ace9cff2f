/** A git bomb and an ordinary push, through the real hook and the real worker: one costs the other nothing. */
import { readdirSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { hugeStage, WHO } from '../support/huge-stage.ts';
import { matches } from '../support/matches.ts';

t.setTimeout(300_000);

t.test('a bomb and an ordinary branch in one push: both are told, and no git is left', async t => {
  const { object, head, repository, receiver, arrived, cut } = await hugeStage(t);
  const entry = (mode: string, name: string, id: string) =>
    Buffer.concat([Buffer.from(`${mode} ${name}\0`), Buffer.from(id, 'hex')]);
  for (const [leaf, count] of [
    ['blob', 3],
    ['tree', 5],
  ] as const) {
    let id = await object(leaf, '');
    for (let level = 0; level < 12; level++) {
      const mode = leaf === 'blob' && level === 0 ? '100644' : '40000';
      id = await object('tree', ...Array.from({ length: 10 }, (_, at) => entry(mode, `${at}`, id)));
    }
    const frame = `parent ${head}\nauthor ${WHO}\ncommitter ${WHO}\n\n`;
    const bomb = await object('commit', `tree ${id}\n${frame}Bomb\n`);
    const tree = await repository.git('rev-parse', `${head}^{tree}`);
    const ordinary = await object('commit', `tree ${tree}\n${frame}Ordinary ${leaf}\n`);
    const pushed = await repository.push([
      `${bomb}:refs/heads/bomb-${leaf}`,
      `+${ordinary}:refs/heads/fine-${leaf}`,
    ]);
    t.equal(pushed.status, 0);
    await arrived(count);
    const told = new Map(
      receiver.requests.slice(-2).map(({ body }) => {
        const { ref, after, head_commit } = JSON.parse(body.toString('utf8'));
        return [ref, { after, message: head_commit.message }];
      }),
    );
    t.match(told.get(`refs/heads/bomb-${leaf}`), { after: bomb, message: 'Bomb\n' });
    t.match(told.get(`refs/heads/fine-${leaf}`), { after: ordinary, message: `Ordinary ${leaf}\n` });
    t.equal(gitsOf(repository.path).length, 0, 'no git is left');
  }
  t.ok((await cut()).length <= 2);
});

/** Processes that belfry started for a repository. */
function gitsOf(directory: string): string[] {
  return readdirSync('/proc').filter(pid => {
    try {
      const environment = readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0');
      return (
        environment.includes(`GIT_DIR=${directory}`) &&
        environment.some(one => one.startsWith('BELFRY_OWNER='))
      );
    } catch {
      return false;
    }
  });
}

t.test(
  'a commit whose tree is missing does not silence its repository: not by its push, nor by a scan',
  async t => {
    const { object, head, tree, repository, belfry, receiver, arrived, cut } = await hugeStage(t);
    const frame = `author ${WHO}\ncommitter ${WHO}\n\n`;
    const blob = await object('blob', 'x');
    const inner = await object('tree', Buffer.from('100644 b\0'), Buffer.from(blob, 'hex'));
    const outer = await object('tree', Buffer.from('40000 d\0'), Buffer.from(inner, 'hex'));
    const broken = await object('commit', `tree ${outer}\nparent ${head}\n${frame}Broken\n`);
    await repository.push([`${broken}:refs/heads/main`]);
    await arrived(2);
    await rm(join(repository.path, 'objects', inner.slice(0, 2), inner.slice(2)));
    const next = await object('commit', `tree ${tree}\nparent ${broken}\n${frame}Next\n`);
    await repository.push([`${next}:refs/kept/next`]);
    await repository.server('update-ref', 'refs/heads/main', next);
    const scanned = await belfry.json<{ outcome: string }[]>(['scan']);
    matches(t, scanned, [{ outcome: 'recovered' }]);
    await arrived(3);
    matches(t, JSON.parse(receiver.requests.at(-1)!.body.toString('utf8')), {
      after: next,
      head_commit: { id: next, message: 'Next\n', added: ['a'] },
    });
    matches(t, await cut(), [/its changed paths are incomplete: the tree \w{12} is missing/]);
  },
);
