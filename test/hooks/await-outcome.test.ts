/** What a hook runs for a pusher who waits, under each shell that may be /bin/sh, with a file as the worker writes it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import t, { type Test } from 'tap';
import { PROJECT } from '../support/belfry.ts';
import { findProgram, needs } from '../support/needs.ts';
import { until } from '../support/until.ts';
import { SHELLS, type Shell } from './hook-stage.ts';

const TOKEN = '00112233-4455-6677-8899-aabbccddeeff';
const SCRIPT = join(PROJECT, 'src/await-outcome.sh');
const PATH = '/usr/local/bin:/usr/bin:/bin';

function stage(t: Test, shell: Shell) {
  const home = t.testdir({ outcome: {} });
  const words = shell === 'dash' ? [findProgram('dash')!] : [findProgram('busybox')!, 'ash'];
  const children: ChildProcess[] = [];
  t.teardown(() => children.forEach(child => void child.kill('SIGKILL')));
  return {
    home,
    file: join(home, 'outcome', TOKEN),
    start(seconds: number, { status = 0, path = PATH, before = [] as string[] } = {}) {
      const [program = '', ...args] = [...before, ...words, SCRIPT, home, String(seconds), String(status)];
      const child = spawn(program, args, { env: { PATH: path }, stdio: ['pipe', 'pipe', 'pipe'] });
      children.push(child);
      child.stdin.end(`${TOKEN}\n`);
      let said = '';
      for (const stream of [child.stdout, child.stderr])
        stream.on('data', chunk => {
          said += chunk;
        });
      return {
        child,
        said: () => said,
        ended: once(child, 'close').then(([code]) => ({ code, said })),
      };
    },
  };
}

/** Processes that a process has started. */
function childrenOf(pid: number): number[] {
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .filter(name => {
      try {
        return readFileSync(`/proc/${name}/stat`, 'latin1').split(') ').at(-1)!.split(' ')[1] === String(pid);
      } catch {
        return false;
      }
    })
    .map(Number);
}

for (const shell of SHELLS) {
  t.test(`under ${shell}`, async t => {
    if (!needs(t, shell)) return;

    t.test('shows each line as soon as it is whole, and ends as the hook would', async t => {
      const { file, start } = stage(t, shell);
      const waiting = start(600, { status: 7 });
      writeFileSync(file, 'belfry: one \\n $(touch pwned)\nbelfry: tw');
      await until('the first line', () => waiting.said() !== '');
      t.equal(waiting.said(), 'belfry: one \\n $(touch pwned)\n', 'not half of the second');
      appendFileSync(file, 'o\n');
      await until('the second line', () => waiting.said().endsWith('belfry: two\n'));
      appendFileSync(file, '.\nbelfry: never\n');
      t.strictSame(await waiting.ended, { code: 7, said: 'belfry: one \\n $(touch pwned)\nbelfry: two\n' });
    });

    t.test('no worker runs: it gives up when its seconds are over, and says so', async t => {
      const { start, file } = stage(t, shell);
      const said = 'belfry: not announced yet; it will be\n';
      t.strictSame(await start(0, { status: 3 }).ended, { code: 3, said });
      writeFileSync(file, 'belfry: one\n');
      t.strictSame(await start(0).ended, { code: 0, said: 'belfry: one\n' }, 'what came is enough');
    });

    t.test('where sleep takes no fraction, and where there is none', async t => {
      const { start, file, home } = stage(t, shell);
      const bin = join(home, 'bin');
      mkdirSync(bin);
      writeFileSync(
        join(bin, 'sleep'),
        `#!/bin/sh\ncase $1 in *.*) echo no fraction >&2; exit 1 ;; esac\necho "$1" >>'${home}/slept'\nexec ${findProgram('sleep')} "$1"\n`,
        { mode: 0o755 },
      );
      const waiting = start(600, { path: bin });
      await until('a pause', () => existsSync(join(home, 'slept')));
      writeFileSync(file, 'belfry: one\n.\n');
      t.strictSame(await waiting.ended, { code: 0, said: 'belfry: one\n' });
      const without = await start(600, { path: '/nonexistent' }).ended;
      t.strictSame(without, { code: 0, said: 'belfry: one\n' });
      const none = stage(t, shell);
      t.match(await none.start(600, { path: '/nonexistent' }).ended, { code: 0, said: /not announced yet/ });
    });

    t.test('the pusher hangs up: nobody is left who waits', async t => {
      const { start } = stage(t, shell);
      // What stands for git: it starts the waiting, says its process id, and is killed.
      const waiting = start(600, { before: ['sh', '-c', '"$@" <&0 & echo $!; wait', 'sh'] });
      const pid = Number(await until('its process', () => waiting.said().trim()));
      await until('a pause', () => childrenOf(pid).length > 0);
      waiting.child.kill('SIGKILL');
      await until('its end', () => !existsSync(`/proc/${pid}`));
      await waiting.ended;
    });

    t.test('Ctrl-C ends it', async t => {
      const { start } = stage(t, shell);
      const waiting = start(600);
      await until('a pause', () => childrenOf(waiting.child.pid!).length > 0);
      process.kill(waiting.child.pid!, 'SIGINT');
      for (const pid of childrenOf(waiting.child.pid!)) process.kill(pid, 'SIGINT');
      t.equal((await waiting.ended).said, '');
    });

    t.test('what stands in place of the file is not waited for', async t => {
      const { start, file } = stage(t, shell);
      mkdirSync(file);
      t.match(await start(0).ended, { code: 0, said: /^(.*\n)?belfry: not announced yet; it will be\n$/ });
    });
  });
}
