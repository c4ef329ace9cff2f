/** The rotation of the key, killed at every step by which it changes a file, as strace sees them. */
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import type { Store } from '../../src/store/store.ts';
import { NODE, PROJECT } from '../support/belfry.ts';
import { matches } from '../support/matches.ts';
import { needs } from '../support/needs.ts';
import { run } from '../support/run.ts';
import { sampleWebhook } from './samples.ts';
import { openTestStore } from './stage.ts';

const CALLS = ['write', 'pwrite64', 'fsync', 'link', 'unlink', 'rename', 'ftruncate'];
const PROXY = 'http://a:b@proxy:2';
const WEBHOOKS = 5;

/** A call of one name, counted from 1 among those of this name. */
interface Step {
  call: string;
  when: number;
  line: string;
}

/** Rotates in a process of its own. @param kill at which step; null: nowhere */
async function rotate(home: string, trace: string, kill: Step | null) {
  const inject = kill === null ? [] : ['-e', `inject=${kill.call}:signal=KILL:when=${kill.when}`];
  const script = join(PROJECT, 'test/store/rotate-key.ts');
  const options = ['-f', '-qq', '-o', trace, '-e', `trace=${CALLS.join(',')}`, ...inject];
  const ran = await run('strace', [...options, NODE, script, home]);
  return { ...ran, trace: readFileSync(trace, 'utf8') };
}

/** The calls of the main thread, from the first that writes a key until it says that it is done. */
function stepsOf(trace: string): Step[] {
  const main = trace.split(' ', 1)[0]!;
  const counts = new Map<string, number>();
  const steps: Step[] = [];
  for (const line of trace.split('\n')) {
    const call = /^(\d+) +([a-z0-9]+)\(/.exec(line);
    if (call === null || call[1] !== main) continue;
    const when = (counts.get(call[2]!) ?? 0) + 1;
    counts.set(call[2]!, when);
    steps.push({ call: call[2]!, when, line });
  }
  // What wakes another thread is no file.
  const files = steps.filter(({ line }) => !line.includes(', 8) '));
  const first = files.findIndex(({ line }) => / write\(.*, 45\) /.test(line));
  return files.slice(first, files.findIndex(({ line }) => line.includes('write(1,')) + 1);
}

async function openEverything(store: Store) {
  const secrets: (string | null)[] = [];
  for (const { id } of await store.webhooks.list()) secrets.push((await store.webhooks.target(id)).secret);
  return { secrets, proxy: (await store.settings.all()).get('proxy.http') };
}

t.test('killed at any step, everything opens, and the next rotation ends it', async t => {
  if (!needs(t, 'strace')) return;
  const dir = t.testdir({ model: {} });
  const model = join(dir, 'model');
  const { store } = openTestStore(t, model);
  const secrets = Array.from({ length: WEBHOOKS }, (_, index) => `secret ${index}`);
  for (const secret of secrets) await store.webhooks.add(sampleWebhook({ secret }), 'x', 1);
  await store.settings.set('proxy.http', PROXY);
  store.close();

  const whole = join(dir, 'whole');
  cpSync(model, whole, { recursive: true });
  const seen = await rotate(whole, join(dir, 'trace'), null);
  matches(t, JSON.parse(seen.stdout), { resealed: 2 * WEBHOOKS + 1, lost: [] });
  const steps = stepsOf(seen.trace);
  t.ok(
    steps.some(({ line }) => /rename\(.*key\.next.*key"/.test(line)),
    'among them the one that counts',
  );

  let killed = 0;
  let between = 0;
  for (const step of steps) {
    const home = join(dir, 'home');
    mkdirSync(home);
    cpSync(model, home, { recursive: true });
    const ran = await rotate(home, join(dir, 'trace'), step);
    if (ran.trace.includes('killed by SIGKILL')) killed++;
    if (existsSync(join(home, 'key.next'))) between++;

    const { store: after } = openTestStore(t, home);
    const found = await openEverything(after);
    t.strictSame(found, { secrets, proxy: PROXY }, `killed before ${step.line}`);
    await after.webhooks.add(sampleWebhook({ secret: 'one more' }), 'x', 1);
    matches(t, await after.key.rotate(1), { lost: [], kept: null });
    t.strictSame(await openEverything(after), { secrets: [...secrets, 'one more'], proxy: PROXY });
    t.notOk(existsSync(join(home, 'key.next')), 'one key is left');
    after.close();
    rmSync(home, { recursive: true });
  }
  t.equal(killed, steps.length, 'each was aimed at and hit');
  t.ok(between > 5 && between < killed, `${between} of ${killed} times both keys were there`);
});
