/**
 * A server whose repositories are shared by a group, with real accounts: Alice's home, Bob and Carol members of the group,
 * Mallory a stranger. Installed by the real install.sh.
 */
import { chmod, mkdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import type { Test } from 'tap';
import { installStage } from '../install-stage.ts';
import { needs } from './needs.ts';
import { receiver } from './receiver.ts';
import { must } from './run.ts';
import { type UnixUser, unixUsers } from './unix-users.ts';

/** Whether accounts can be made here; says why not. */
export function accountsCanBeMade(t: Test): boolean {
  if (process.getuid?.() === 0) return needs(t, 'useradd', 'groupadd', 'setpriv');
  t.pass('skipped', { skip: 'only root can make accounts' });
  return false;
}

export async function sharedHome(t: Test) {
  const { group, gid, add } = await unixUsers(t);
  const [alice, bob, carol, mallory] = [
    await add('a'),
    await add('b'),
    await add('c'),
    await add('m', false),
  ];
  const place = await installStage(t);
  const hooked = await receiver(t);
  const path = join(place.srv, 'acme', 'app.git');
  await must('git', ['init', '-q', '--bare', '-b', 'main', '--shared=group', path], { env: place.env });
  await must('chown', ['-R', `${alice.uid}:${gid}`, place.srv], { env: place.env });
  await must('chmod', ['2775', place.srv, join(place.srv, 'acme')], { env: place.env });
  await mkdir(join(place.dir, 'work'), { mode: 0o777 });
  await chmod(join(place.dir, 'work'), 0o1777);
  const installed = await place.install([...place.places, place.srv]);
  if (installed.status !== 0) throw new Error(installed.stderr);
  const belfry = (...args: string[]) => place.belfry(...args);
  const webhook = JSON.parse(
    (await belfry('webhook', 'add', `${hooked.url}/hook`, '--all', '--events', 'push,tag_push', '--json'))
      .stdout,
  );
  // Else those who wait would hear only how many webhooks there are.
  await belfry('config', 'set', 'wait.show', 'all');
  const envOf = (user: UnixUser) => ({ ...place.env, HOME: join(place.dir, 'work', user.name) });
  const git = async (user: UnixUser, args: string[], more: Record<string, string> = {}) => {
    const clone = join(place.dir, 'work', user.name);
    if (!(await stat(clone).catch(() => null))) {
      await user.must('git', ['init', '-q', '-b', 'main', clone], { env: envOf(user), cwd: '/' });
      // Git's own condition for repositories of somebody else.
      await user.must('git', ['config', '--global', 'safe.directory', '*'], { env: envOf(user), cwd: clone });
      await user.must('git', ['config', 'user.name', user.name], { env: envOf(user), cwd: clone });
      await user.must('git', ['config', 'user.email', `${user.name}@example.com`], {
        env: envOf(user),
        cwd: clone,
      });
      await user.must('git', ['commit', '-q', '--allow-empty', '-m', user.name], {
        env: envOf(user),
        cwd: clone,
      });
    }
    return user.run('git', args, { env: { ...envOf(user), ...more }, cwd: clone });
  };
  const told = async (count: number) =>
    (await hooked.received(count, { limitMs: 60_000 })).map(({ body }) => {
      const { ref, pusher, after } = JSON.parse(body.toString('utf8'));
      return { ref, pusher: pusher.username, after };
    });
  const log = () => readFile(join(place.home, 'log', 'worker.log'), 'utf8');
  return {
    ...place,
    path,
    group,
    gid,
    alice,
    bob,
    carol,
    mallory,
    hooked,
    belfry,
    webhook,
    git,
    told,
    log,
    envOf,
  };
}
