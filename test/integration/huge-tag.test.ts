/** A tag and a merge request of 200 MB: the worker stays small, and says what it left out. */
import t from 'tap';
import { hugeStage, MIB, WHO } from '../support/huge-stage.ts';
import { matches } from '../support/matches.ts';

t.setTimeout(300_000);

t.test('a tag, and a merge request, with 200 MB of message', async t => {
  const { object, head, tree, repository, arrived, cut, receiver } = await hugeStage(t);
  const words = Buffer.alloc(200 * MIB, 'all the words \n');
  const tag = await object('tag', `object ${head}\ntype commit\ntag v1\ntagger ${WHO}\n\n`, words);
  t.equal((await repository.push([`${tag}:refs/tags/v1`])).status, 0);
  t.match(await arrived(2), { ref: 'refs/tags/v1' });
  matches(t, await cut(), [/^left out: Tag .*: 1048576 of 209715200 bytes of its message are kept/]);

  const commit = await object(
    'commit',
    `tree ${tree}\nparent ${head}\nauthor ${WHO}\ncommitter ${WHO}\n\n`,
    words,
  );
  t.equal((await repository.push([`${commit}:refs/for/main`])).status, 0);
  const { title, body } = (await arrived(3)).pull_request;
  t.equal(title, 'all the words');
  t.ok(body.length > 60_000 && body.length <= 65_536, `its description has ${body.length} characters`);
  t.equal(receiver.requests.length, 3);
});
