/** A commit of 200 MB: the worker stays small, and says what it left out. */
import t from 'tap';
import { hugeStage, MIB, WHO } from '../support/huge-stage.ts';
import { matches } from '../support/matches.ts';

t.setTimeout(300_000);

t.test('200 MB in one commit: message, author, and one path of 100 MB', async t => {
  const { object, head, tree, repository, arrived, cut } = await hugeStage(t);
  const frame = `tree ${tree}\nparent ${head}\nauthor ${WHO}\ncommitter ${WHO}\n\n`;
  const message = await object('commit', frame, Buffer.alloc(200 * MIB, 'all the words \n'));
  t.equal((await repository.push([`${message}:refs/heads/main`])).status, 0);
  t.equal((await arrived(2)).head_commit.message.length, MIB);
  matches(t, await cut(), [/1048576 of 209715200 bytes of its message are kept/]);

  const author = `author ${'n'.repeat(200 * MIB)} <a@example.com> 1 +0000\n`;
  const named = await object(
    'commit',
    `tree ${tree}\nparent ${message}\n`,
    author,
    `committer ${WHO}\n\nx\n`,
  );
  t.equal((await repository.push([`${named}:refs/heads/main`])).status, 0);
  t.equal((await arrived(3)).head_commit.author.name.length, 1024);
  matches(t, await cut(), [/its header is too large/, /1024 of \d+ bytes of a name are kept/]);

  const blob = Buffer.from(await object('blob', ''), 'hex');
  const wide = await object('tree', '100644 ', Buffer.alloc(100 * MIB, 'p'), '\0', blob);
  const path = await object(
    'commit',
    `tree ${wide}\nparent ${named}\nauthor ${WHO}\ncommitter ${WHO}\n\nx\n`,
  );
  t.equal((await repository.push([`${path}:refs/heads/main`])).status, 0);
  t.same((await arrived(4)).head_commit.added, []);
  matches(t, await cut(), [/its changed paths are incomplete: the tree \w{12} has \d{9} bytes/]);
});
