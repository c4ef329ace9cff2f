/** What a push came to is its pusher's, also where several accounts share the home and see each other's processes. */
import { readFileSync } from 'node:fs';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import t from 'tap';
import { processesNaming } from '../support/processes-of.ts';
import { accountsCanBeMade, sharedHome } from '../support/shared-home.ts';
import { tower } from '../support/tower.ts';
import { until } from '../support/until.ts';

t.test(
  'the outcome of another member’s push was read through /proc/PID/cmdline and outcome files',
  async t => {
    if (!accountsCanBeMade(t)) return;
    const { alice, bob, carol, path, git, told, home } = await sharedHome(t);
    await git(alice, ['push', path, 'main:refs/heads/a']);
    await told(1);
    const worker = Number(await readFile(join(home, 'worker.pid'), 'utf8'));
    // So Bob's push waits as long as Carol looks.
    process.kill(worker, 'SIGSTOP');
    const pushing = git(bob, ['push', '-o', 'belfry.wait=300', path, 'main:refs/heads/b']);
    try {
      await until('Bob to wait', () => waitingFor(home).length > 0);
      // Everything that Carol can see of all processes, and each word of it as a name.
      const look = `
      cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null | tr '\\0' '\\n' >"$2"
      ls "$1/outcome" "$1/spool/new" "$1/spool/tmp"
      ls -l /proc/[0-9]*/fd 2>/dev/null >>"$2"
      tr -c '0-9a-f-' '\\n' <"$2" | grep -E '^[0-9a-f-]{36}$' | sort -u >"$3"
      while read -r name; do cat "$1/outcome/$name" "$1/spool/new/$name" && echo "read $name"; echo x >"$1/outcome/$name" && echo "made $name"; done <"$3"
      echo x >"$1/outcome/mine" && echo made
      true`;
      const seen = join('/tmp', `seen-${process.pid}`);
      t.teardown(() => carol.run('rm', ['-f', seen, `${seen}.names`], { cwd: '/' }));
      const looked = await carol.run('sh', ['-c', look, 'sh', home, seen, `${seen}.names`], { cwd: '/' });
      t.equal(looked.stdout, '', 'she lists nothing, reads nothing, makes nothing');
      const [name = ''] = await readdir(join(home, 'spool', 'new'));
      const token = /^wait 300 (\S+)$/m.exec(await readFile(join(home, 'spool', 'new', name), 'utf8'))![1]!;
      t.match(token, /^[0-9a-f-]{36}$/);
      const words = await readFile(seen, 'utf8');
      t.match(words, 'await-outcome.sh', 'she saw the process that waits');
      t.notMatch(words, token);
    } finally {
      process.kill(worker, 'SIGCONT');
    }
    t.match(
      (await pushing).stderr,
      /remote: belfry: 127\.0\.0\.1:\d+: HTTP 200 \(\d+ ms\)/,
      'and Bob hears of it',
    );
  },
);

t.test('forty pushers who wait are forty shells, and no Node', async t => {
  const { belfry, repository, webhook, receiver } = await tower(t);
  await webhook('/hook');
  await repository.commit();
  await repository.push(['main']);
  await receiver.received(1);
  const worker = belfry.worker()!;
  // So all of them wait at once, however slow the machine.
  process.kill(worker, 'SIGSTOP');
  try {
    const pushes = Array.from({ length: 40 }, (_, n) =>
      repository.push([`main:refs/heads/b${n}`], { options: ['belfry.wait=600'] }),
    );
    const shells = await until(
      'all of them to wait',
      () => {
        const pids = waitingFor(belfry.home);
        return pids.length === 40 ? pids : null;
      },
      { limitMs: 180_000 },
    );
    const programs = await Promise.all(shells.map(pid => readlink(`/proc/${pid}/exe`)));
    t.same(
      programs.filter(program => program.includes('node')),
      [],
    );
    // The pushers hang up: nobody is left who waits, and what they have pushed stands.
    for (const pid of shells) process.kill(pid, 'SIGHUP');
    for (const push of await Promise.all(pushes)) t.equal(push.status, 0, push.stderr);
    t.same(waitingFor(belfry.home), []);
  } finally {
    process.kill(worker, 'SIGCONT');
  }
  await receiver.received(41, { limitMs: 180_000 });
});

/** Those that show an outcome; not what one of them has just begun, which is called the same until it is another program. */
function waitingFor(home: string): number[] {
  const named = processesNaming(`/await-outcome.sh\0${home}\0`);
  return named.filter(pid => !named.includes(parentOf(pid)));
}

function parentOf(pid: number): number {
  try {
    return Number(readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1]!.split(' ')[1]);
  } catch {
    return 0;
  }
}
