import t from 'tap';
import { streamGit } from '../../src/git/run-git.ts';
import { bareRepository } from './bare-repository.ts';

async function all(stream: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

t.test('input goes in, output comes out', async t => {
  const { path } = await bareRepository(t.testdir());
  t.match(await all(streamGit({ repository: path }, ['hash-object', '--stdin'], 'x')), /^[0-9a-f]{40}\n$/);
});

t.test('whoever stops reading ends the process', async t => {
  const repository = await bareRepository(t.testdir());
  const blob = await repository.object('blob', 'x'.repeat(10_000_000));
  for await (const chunk of streamGit({ repository: repository.path }, ['cat-file', 'blob', blob], '')) {
    t.ok(chunk.length < 1_000_000);
    break;
  }
  const failing = async () => {
    for await (const _ of streamGit({ repository: repository.path }, ['cat-file', 'blob', blob], ''))
      throw new Error('mine');
  };
  await t.rejects(failing(), { message: 'mine' }, 'an error of the reader stays what it is');
});

t.test('git that ends before it has read its input', async t => {
  const { path } = await bareRepository(t.testdir());
  await t.rejects(
    all(streamGit({ repository: path }, ['rev-list', '--no-such-option'], 'x'.repeat(5_000_000))),
    {
      code: 'git',
      message: /^git rev-list failed in /,
    },
  );
});

t.test('a failure after output', async t => {
  const { path } = await bareRepository(t.testdir());
  await t.rejects(all(streamGit({ repository: path }, ['rev-list', '--stdin'], `${'1'.repeat(40)}\n`)), {
    code: 'git',
    message: /bad object 1{40}/,
  });
});
