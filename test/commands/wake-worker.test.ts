/** Waking the worker is a courtesy: what was changed stands, and is said, whatever somebody has laid into the spool. */
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import t from 'tap';
import { belfry } from '../support/belfry.ts';
import { must } from '../support/run.ts';
import { accountsCanBeMade, sharedHome } from '../support/shared-home.ts';

const SYSTEM = { env: { PATH: process.env.PATH ?? '' } };
const ADD = ['webhook', 'add', 'http://127.0.0.1:9/hook', '--all', '--generate-secret'];

t.test(
  '.nudge as a link emptied the database, as a pipe hung, as a directory ended in a stack trace',
  async t => {
    const dir = t.testdir({});
    const bell = belfry(t, dir);
    await bell.json(ADD);
    const incoming = join(bell.home, 'spool', 'new');
    const nudge = join(incoming, '.nudge');
    const canary = join(dir, 'canary');
    writeFileSync(canary, 'untouched');
    const planted: [what: string, plant: () => unknown][] = [
      ['a link', () => symlinkSync(canary, nudge)],
      ['a link to nothing', () => symlinkSync(join(dir, 'made'), nudge)],
      ['a pipe', () => must('mkfifo', [nudge], SYSTEM)],
      ['a directory', () => mkdirSync(join(nudge, 'full'), { recursive: true })],
      ['a file', () => writeFileSync(nudge, 'x')],
    ];
    for (const [what, plant] of planted) {
      await plant();
      const ran = await bell.run([...ADD, '--json']);
      t.equal(ran.status, 0, what);
      t.notMatch(ran.stderr, 'wake', what);
      t.match(ran.json<{ secret: string }>().secret, /^\S{20,}$/, what);
      t.same(readdirSync(incoming), ['.nudge'], 'it is left alone');
      rmSync(nudge, { recursive: true });
    }
    t.equal(readFileSync(canary, 'utf8'), 'untouched');
    t.same(readdirSync(dir).includes('made'), false);
  },
);

t.test('a worker that cannot be woken: a note, and the secret all the same', async t => {
  if (process.getuid?.() !== 0) return t.pass('skipped', { skip: 'only root can act as two users' });
  const bell = belfry(t, t.testdir({}));
  await bell.json(ADD);
  await must('chown', ['-R', '65534:65534', bell.home], SYSTEM);
  chmodSync(join(bell.home, 'spool', 'new'), 0);
  for (const more of [[], ['--json']]) {
    const ran = await bell.run([...ADD, ...more]);
    t.equal(ran.status, 0, ran.stderr);
    t.match(ran.stdout, /[Ss]ecret(?:": "| \(shown only now\): )[^\s"]{20,}/);
    t.match(
      ran.stderr,
      /note: cannot wake the worker: Pushes are not announced: the spool \S+\/spool\/new cannot be written\n/,
    );
  }
});

t.test(
  'a member lays all that into the spool: the owner adds a webhook, and the worker hears of it',
  async t => {
    if (!accountsCanBeMade(t)) return;
    const { bob, alice, home, belfry, git, path, told, hooked } = await sharedHome(t);
    const script = `cd "$1" && mkdir -m 700 .nudge && mkdir -m 700 .nudge/full && mkfifo .pipe worker.pid &&
    ln -s ../../belfry.db .link && ln -s ../../key new && mkdir -m 700 .tmp`;
    for (const folder of ['new', 'tmp'])
      t.match(await bob.run('sh', ['-c', script, 'sh', join(home, 'spool', folder)], { cwd: '/' }), {
        status: 0,
        stderr: '',
      });
    const key = readFileSync(join(home, 'key'), 'utf8');
    const added = await belfry(
      'webhook',
      'add',
      `${hooked.url}/second`,
      '--all',
      '--generate-secret',
      '--json',
    );
    t.equal(added.status, 0, added.stderr);
    t.notMatch(added.stderr, /note:|\/src\//);
    t.match(JSON.parse(added.stdout).secret, /^\S{20,}$/);
    await git(alice, ['push', path, 'main:refs/heads/a']);
    await told(2);
    t.same(hooked.requests.map(({ url }) => url).sort(), ['/hook', '/second']);
    t.equal(readFileSync(join(home, 'key'), 'utf8'), key);
  },
);
