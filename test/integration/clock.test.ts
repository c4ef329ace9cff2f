/** A worker whose clock is set while it works: a year ahead, back again, a day back. libfaketime turns its clock only. */
import { spawn } from 'node:child_process';
import { cp, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { installHooks } from '../../src/installer/install-hooks.ts';
import { answer } from '../support/behaviour.ts';
import { NODE, PROJECT } from '../support/belfry.ts';
import { needs } from '../support/needs.ts';
import { headerOf } from '../support/receiver.ts';
import { tower } from '../support/tower.ts';
import { until } from '../support/until.ts';

const PATIENT = { limitMs: 90_000 };
const DAY_MS = 24 * 3_600_000;

async function library(): Promise<string> {
  for (const folder of await readdir('/usr/lib')) {
    const files = await readdir(join('/usr/lib', folder, 'faketime')).catch((): string[] => []);
    if (files.includes('libfaketime.so.1')) return join('/usr/lib', folder, 'faketime', 'libfaketime.so.1');
  }
  throw new Error('wanted libfaketime.so.1 below /usr/lib');
}

t.test(
  'retries that were due in another year, or yesterday, come when they should; nothing comes twice',
  async t => {
    if (!needs(t, 'faketime')) return;
    const { belfry, dir, receiver, repository, webhook, settled } = await tower(t);
    await webhook('/hook');
    // A year later most of the log would be old.
    await belfry.json(['config', 'set', 'keep.days', '1000']);
    // So that no hook starts a worker with the right time.
    const app = join(dir, 'no-program');
    await cp(join(PROJECT, 'hooks'), join(app, 'hooks'), { recursive: true });
    await installHooks(repository.path, { app, home: belfry.home });
    const file = join(dir, 'clock');
    const clock = (jump: string) => writeFile(file, `${jump}\n`);
    await clock('+0');
    const env = {
      LD_PRELOAD: await library(),
      FAKETIME_TIMESTAMP_FILE: file,
      FAKETIME_NO_CACHE: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    };
    const worker = spawn(NODE, ['src/worker.ts', '--home', belfry.home], {
      cwd: PROJECT,
      env: { ...belfry.env, ...env },
      stdio: 'ignore',
    });
    t.teardown(() => void worker.kill('SIGKILL'));
    await until('the worker to live', () => belfry.worker() === worker.pid, PATIENT);

    const push = async (ref: string, ...answers: number[]) => {
      receiver.script('/hook', ...answers.map(status => answer(status)));
      await repository.commit();
      await repository.push([`main:refs/heads/${ref}`]);
    };
    const about = (ref: string) =>
      receiver.requests.filter(({ body }) => JSON.parse(body.toString('utf8')).ref === `refs/heads/${ref}`);
    const came = (ref: string, count: number) =>
      until(`${count} requests about ${ref}`, () => about(ref).length === count && about(ref), PATIENT);
    const stamp = (request: (typeof receiver.requests)[number]) =>
      Number(headerOf(request, 'X-Gitee-Timestamp'));

    await push('ahead', 500, 200);
    await came('ahead', 1);
    await clock('+365d');
    const [, later] = await came('ahead', 2);
    t.ok(stamp(later!) > Date.now() + 300 * DAY_MS, 'the worker believes its clock');

    await push('due-in-a-year', 500, 200);
    await came('due-in-a-year', 1);
    await clock('+0');
    await push('set-right', 200);
    await came('set-right', 1);
    const [, now] = await came('due-in-a-year', 2);
    t.ok(stamp(now!) < Date.now() + DAY_MS);

    await push('due-tomorrow', 500, 200);
    await came('due-tomorrow', 1);
    await clock('-1d');
    await push('yesterday', 200);
    await came('yesterday', 1);
    await came('due-tomorrow', 2);

    const lines = await settled(5);
    t.same(
      lines.map(line => line.state),
      Array(5).fill('delivered'),
    );
    t.equal(receiver.requests.length, 8);
    t.equal(
      new Set(receiver.requests.map(one => headerOf(one, 'X-Belfry-Delivery'))).size,
      5,
      'each with its one id',
    );
    t.equal(belfry.worker(), worker.pid, 'the worker has lived through it');
    t.equal((await belfry.run(['status'])).status, 0);
  },
);
