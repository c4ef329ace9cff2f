import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import { endOrphanedGit } from '../../src/git/git-owner.ts';
import { DATA_KIB } from '../../src/git/git-process.ts';
import { mustGit, streamGit } from '../../src/git/run-git.ts';
import { processAlive } from '../../src/host/process-state.ts';
import { SYSTEM_PATH } from '../../src/system-path.ts';
import { until } from '../support/until.ts';
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

/** A git that does what it is told to: the bounds are those of any. */
async function fakeGit(dir: string, script: string): Promise<string> {
  const bin = join(dir, 'bin');
  await mkdir(bin, { recursive: true });
  await writeFile(join(bin, 'git'), `#!/bin/sh\n${script}\n`);
  await chmod(join(bin, 'git'), 0o755);
  return `${bin}:${SYSTEM_PATH}`;
}

const alive = (pid: number) => processAlive(pid);
const pidFrom = (file: string) =>
  until(file, async () => Number(await readFile(file, 'utf8').catch(() => '')) || false, {
    limitMs: 20_000,
  });

t.test('a git that takes too long is ended with all that it has started', async t => {
  const dir = t.testdir();
  const { path: repository } = await bareRepository(dir);
  const path = await fakeGit(dir, `sleep 1000 & echo $! >'${dir}/child'; wait`);
  await t.rejects(mustGit({ repository, path }, ['log'], '', { ms: 300 }), {
    code: 'git',
    message: /^git log failed in .*: it was ended: it took longer than the 0\.3 s allowed$/,
  });
  const child = await pidFrom(join(dir, 'child'));
  await until('its child is gone', () => !alive(child), { limitMs: 20_000 });
  t.notOk(alive(child));
});

t.test('the time that a slow reader takes does not count', async t => {
  const repository = await bareRepository(t.testdir());
  const blob = await repository.object('blob', 'x'.repeat(3_000_000));
  let length = 0;
  let slow = 2;
  const place = { repository: repository.path };
  for await (const chunk of streamGit(place, ['cat-file', 'blob', blob], '', { ms: 5_000 })) {
    length += chunk.length;
    if (slow-- > 0) await sleep(3_000);
  }
  t.equal(length, 3_000_000);
});

t.test('memory has a bound, and the error says which', async t => {
  const dir = t.testdir();
  const { path: repository } = await bareRepository(dir);
  const limits = await mustGit({ repository, path: await fakeGit(dir, 'ulimit -d; ulimit -t') }, ['log']);
  t.equal(limits, `${DATA_KIB}\n90\n`);
  const path = await fakeGit(dir, 'echo "fatal: Out of memory, malloc failed" >&2; exit 128');
  await t.rejects(mustGit({ repository, path }, ['log']), {
    code: 'git',
    message: /the 1024 MiB of memory allowed/,
  });
});

t.test('an input that fails ends git and is the error', async t => {
  const { path: repository } = await bareRepository(t.testdir());
  const input = async function* () {
    yield Buffer.from('x');
    throw new Error('mine');
  };
  await t.rejects(mustGit({ repository }, ['hash-object', '--stdin'], input()), { message: 'mine' });
});

t.test('git whose starter was killed is ended by the next who looks', async t => {
  const dir = t.testdir();
  const { path: repository } = await bareRepository(dir);
  const path = await fakeGit(dir, `echo $$ >'${dir}/'$1; exec sleep 1000`);
  const script = `
    import { mustGit } from ${JSON.stringify(join(import.meta.dirname, '../../src/git/run-git.ts'))};
    await mustGit(${JSON.stringify({ repository, path })}, ['orphan']);
  `;
  // The settings that come with every call are first in the fake one's arguments.
  await fakeGit(dir, `for last; do :; done; echo $$ >'${dir}/'$last; exec sleep 1000`);
  const starter = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'ignore' });
  const orphan = await pidFrom(join(dir, 'orphan'));
  const mine = mustGit({ repository, path }, ['mine'], '', { ms: 20_000 }).catch((error: Error) => error);
  const own = await pidFrom(join(dir, 'mine'));
  endOrphanedGit();
  t.ok(alive(orphan), 'its starter lives');
  starter.kill('SIGKILL');
  await once(starter, 'exit');
  t.ok(alive(orphan), 'it does not notice');
  endOrphanedGit();
  await until('the orphan is gone', () => !alive(orphan), { limitMs: 20_000 });
  t.ok(alive(own), 'that of a living one goes on');
  process.kill(own, 'SIGKILL');
  t.match(await mine, { code: 'git', message: /ended by SIGKILL/ });
});
