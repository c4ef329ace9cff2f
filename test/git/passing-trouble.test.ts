/** What keeps git from working for a moment only: known as such, and never more than an error of that one git. */
import { join } from 'node:path';
import process from 'node:process';
import { setImmediate as turn } from 'node:timers/promises';
import t from 'tap';
import { ObjectReader, Unread } from '../../src/git/object-reader.ts';
import { watchGit } from '../../src/git/passing-trouble.ts';
import { mustGit } from '../../src/git/run-git.ts';
import { guardNow, guardReading } from '../../src/repositories/guard-reading.ts';
import { defaultSettings } from '../../src/settings/settings.ts';
import { openTestStore } from '../store/stage.ts';
import { NODE, PROJECT } from '../support/belfry.ts';
import { gitRepository } from '../support/git-repository.ts';
import { gitsIn, letGitHang } from '../support/gits-in.ts';
import { matches } from '../support/matches.ts';
import { run } from '../support/run.ts';
import { bareRepository } from './bare-repository.ts';

function killAll(directory: string): number {
  const pids = gitsIn(directory);
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
  }
  return pids.length;
}

t.test('no room for a process was an error that nobody caught, or no error of git', async t => {
  const long = 'x'.repeat(300 * 1024);
  await t.rejects(mustGit({ repository: null }, [long]), { code: 'git', message: /E2BIG/ });
  // Without a descriptor there are no pipes, in the middle of a conversation too.
  const script = `
    const { openSync, closeSync } = await import('node:fs');
    const { mustGit } = await import('${PROJECT}/src/git/run-git.ts');
    const { ObjectReader } = await import('${PROJECT}/src/git/object-reader.ts');
    const { watchGit } = await import('${PROJECT}/src/git/passing-trouble.ts');
    const taken = [];
    try { for (;;) taken.push(openSync('/dev/null')); } catch {}
    const said = await watchGit(() => mustGit({ repository: null }, ['--version']));
    const reader = new ObjectReader({ repository: '/nowhere' }, 'types');
    const read = await reader.read('HEAD');
    reader[Symbol.dispose]();
    taken.forEach(closeSync);
    console.log(JSON.stringify([said.done.reason.code, said.passed !== null, read.reason]));
    console.log((await mustGit({ repository: null }, ['--version'])).startsWith('git version'));`;
  const ran = await run(
    'sh',
    ['-c', 'ulimit -n 64; exec "$@"', 'sh', NODE, '--input-type=module', '-e', script],
    {
      env: { PATH: process.env.PATH ?? '' },
    },
  );
  t.equal(ran.status, 0, ran.stderr);
  const [first = '', second] = ran.stdout.split('\n');
  matches(t, JSON.parse(first), ['git', true, /EMFILE/]);
  t.equal(second, 'true', 'and then it goes on');
});

t.test('killed by somebody else, and ended by belfry itself', async t => {
  const { path } = await bareRepository(t.testdir());
  const makeWell = await letGitHang(path);
  const killer = setInterval(() => killAll(path), 5);
  try {
    const killed = await watchGit(() => mustGit({ repository: path }, ['rev-parse', 'HEAD']));
    t.match(killed.passed, { code: 'git', message: /ended by SIGKILL/ });
    t.equal(killed.done.status, 'rejected');
    const read = await watchGit(async () => {
      const reader = new ObjectReader({ repository: path }, 'types');
      const answer = await reader.read('HEAD');
      reader[Symbol.dispose]();
      return answer;
    });
    t.equal(read.done.status === 'fulfilled' && read.done.value instanceof Unread, true);
    t.match(read.passed, { message: /ended by SIGKILL/ }, 'also where the work goes on without it');
  } finally {
    clearInterval(killer);
  }
  const late = await watchGit(() => mustGit({ repository: path }, ['rev-parse', 'HEAD'], '', { ms: 50 }));
  t.equal(late.passed, null, 'its own bounds would end it again');
  makeWell();
  const wrong = await watchGit(() => mustGit({ repository: path }, ['rev-parse', 'no-such-name']));
  t.strictSame([wrong.done.status, wrong.passed], ['rejected', null]);
});

t.test('somebody who waits: what passes is tried again at once, and then it is as it is', async t => {
  const dir = t.testdir({ home: {} });
  const { path, commit, push } = await gitRepository(dir);
  const tip = await commit();
  await push(['HEAD:refs/heads/main']);
  const { store } = openTestStore(t, join(dir, 'home'));
  const deps = { store, settings: defaultSettings('host') };
  let reads = 0;
  const read = () => {
    reads++;
    return mustGit({ repository: path }, ['rev-parse', 'main']);
  };
  const makeWell = await letGitHang(path);
  const guarded = guardNow(path, deps, read);
  while (killAll(path) === 0) await turn();
  makeWell();
  t.strictSame(await guarded, { value: `${tip}\n` });
  t.ok(reads > 1);
  // What went on without git's answer is whole, or it is not.
  const swallow = () => read().catch(() => '');
  const makeWellAgain = await letGitHang(path);
  const killer = setInterval(() => killAll(path), 5);
  try {
    await t.rejects(
      guardReading(path, { ...deps, patient: true }, swallow, text => text !== ''),
      { name: 'PassingTrouble' },
    );
    t.strictSame(await guardReading(path, deps, swallow, text => text !== ''), { value: '' });
  } finally {
    clearInterval(killer);
    makeWellAgain();
  }
});
