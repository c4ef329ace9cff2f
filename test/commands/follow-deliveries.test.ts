/** `belfry deliveries --follow`, as a process of its own: it ends when nobody reads any more. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import t from 'tap';
import { answer } from '../support/behaviour.ts';
import { NODE, PROJECT } from '../support/belfry.ts';
import { tower } from '../support/tower.ts';
import { until } from '../support/until.ts';

t.test('what is new, and what changes, comes by itself, each state once', async t => {
  const stage = await tower(t);
  const { belfry, repository, receiver, webhook } = stage;
  await webhook('/hook', ['--all', '--events', 'push,tag_push']);
  await repository.commit();
  await repository.push(['main']);
  await stage.settled(1);
  const follow = (...args: string[]) => {
    const child = spawn(
      NODE,
      [join(PROJECT, 'src', 'cli.ts'), '--home', belfry.home, 'deliveries', '--follow', ...args],
      { env: belfry.env, stdio: ['ignore', 'pipe', 'inherit'] },
    );
    t.teardown(() => void child.kill('SIGKILL'));
    let said = '';
    child.stdout.on('data', chunk => {
      said += chunk;
    });
    return { child, lines: () => said.split('\n').slice(0, -1) };
  };
  const programs = follow('--json');
  const people = follow('--ref', 'v1');
  await until('the first one', () => programs.lines().length === 1 && people.lines().length === 1);
  t.match(people.lines()[0], /^ID +AT \(UTC\) +STATE/);
  receiver.script('/hook', answer(500));
  await repository.git('tag', 'v1');
  await repository.push(['v1']);
  const seen = () =>
    programs
      .lines()
      .map(line => JSON.parse(line))
      .map(({ ref, state, attempts }) => `${ref} ${state} ${attempts}`);
  await until('the failure', () => seen().includes('refs/tags/v1 pending 1'));
  await until('the same for people', () => people.lines().some(line => line.includes('answered 500')));
  t.equal(seen()[0], 'refs/heads/main delivered 1');
  t.equal(new Set(seen()).size, seen().length, 'nothing twice');
  t.notMatch(people.lines().join('\n'), /main/, 'filters hold');
  const ended = new Promise(resolve => programs.child.once('close', resolve));
  programs.child.stdout.destroy();
  await repository.push(['main:refs/heads/other']);
  await ended;
  const { status, stderr } = await belfry.run(['deliveries', '--follow', '--until', '1h']);
  t.equal(status, 2);
  t.match(stderr, /Give only one of --follow and --until/);
});
