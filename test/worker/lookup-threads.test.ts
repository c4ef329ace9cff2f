/** Host names whose servers are silent must not hold up the others: each worker has threads for many of them. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { livingWorker } from '../../src/host/worker-process.ts';
import { makeHome, NODE, PROJECT } from '../support/belfry.ts';
import { environment } from '../support/environment.ts';
import { until } from '../support/until.ts';

const STARTS: [how: string, args: (home: string) => string[]][] = [
  ['as the hook starts it', home => ['src/worker.ts', '--home', home]],
  ['as `belfry worker`', home => ['src/cli.ts', '--home', home, 'worker']],
];

for (const [how, args] of STARTS) {
  t.test(`a worker has threads for 64 silent host names: ${how}`, async t => {
    const dir = t.testdir({});
    const home = join(dir, 'home');
    await makeHome(home);
    const [program = '', ...rest] = args(home);
    const child = spawn(NODE, [join(PROJECT, program), ...rest], { env: environment(dir), stdio: 'ignore' });
    t.teardown(() => child.kill('SIGKILL'));
    await until('the worker to live', async () => (await livingWorker(home)) === child.pid);
    const threads = () =>
      Number(/^Threads:\s+(\d+)/m.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))![1]);
    // libuv gives lookups half of its threads.
    await until('its threads', () => threads() >= 128);
    t.pass(`${threads()} threads`);
  });
}
