/** Half a million refs: read in one process of git, compared without holding them, and what differs is told. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { NODE, PROJECT } from '../support/belfry.ts';
import { matches } from '../support/matches.ts';
import { needs } from '../support/needs.ts';
import { must } from '../support/run.ts';
import { tower } from '../support/tower.ts';

const MOST_KB = 300_000;

t.test('half a million refs', async t => {
  const { belfry, repository, receiver, webhook, root, dir } = await tower(t);
  await webhook('/hook', ['--all', '--events', 'push,tag_push']);
  const tip = await repository.commit();
  await repository.push(['main']);
  await receiver.received(1);
  const path = join(root, 'acme', 'big.git');
  await must('git', ['clone', '-q', '--bare', repository.path, path], { env: repository.env });
  const names = ['refs/heads/main'];
  for (let n = 0; n < 400_000; n++) names.push(`refs/heads/feature/${n % 1_000}/branch-number-${n}`);
  for (let n = 0; n < 100_000; n++) names.push(`refs/tags/release-${n}`);
  const lines = names.sort().map(name => `${tip} ${name}\n`);
  await writeFile(
    join(path, 'packed-refs'),
    `# pack-refs with: peeled fully-peeled sorted \n${lines.join('')}`,
  );
  await belfry.json(['install', path]);
  await belfry.stopWorker();

  await t.test('one process of git for a comparison', async t => {
    if (!needs(t, 'strace')) return;
    const trace = join(dir, 'trace');
    const scan = [NODE, join(PROJECT, 'src', 'cli.ts'), '--home', belfry.home, 'scan', 'acme/big', '--json'];
    const said = await must('strace', ['-f', '-qq', '-e', 'trace=execve', '-o', trace, ...scan], {
      env: belfry.env,
    });
    matches(t, JSON.parse(said), [{ outcome: 'same' }]);
    const started = (await readFile(trace, 'utf8'))
      .split('\n')
      .filter(line => /execve\("[^"]*\/git", .* = 0$/.test(line));
    t.equal(started.length, 1);
  });

  await t.test('what differs is told, by a worker below 300 MB', async t => {
    await must('git', ['update-ref', 'refs/heads/zzz', tip], { cwd: path, env: repository.env });
    await must('git', ['update-ref', '-d', 'refs/tags/release-77777'], { cwd: path, env: repository.env });
    await belfry.json(['config', 'set', 'scan.every', '0.0001']);
    await belfry.stopWorker();
    const worker = spawn(NODE, [join(PROJECT, 'src', 'worker.ts'), '--home', belfry.home, '--once'], {
      env: belfry.env,
      stdio: 'ignore',
    });
    let peak = 0;
    const look = setInterval(() => {
      peak = Math.max(peak, peakOf(worker.pid!));
    }, 20);
    await once(worker, 'exit');
    clearInterval(look);
    t.ok(peak > 0 && peak < MOST_KB, `${peak} kB`);
    t.same(
      new Set((await receiver.received(3)).slice(1).map(({ body }) => JSON.parse(body.toString('utf8')).ref)),
      new Set(['refs/heads/zzz', 'refs/tags/release-77777']),
    );
  });
});

/** kB; 0 when it has gone. */
function peakOf(pid: number): number {
  try {
    return Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}
