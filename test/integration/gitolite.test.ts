/** Under Debian's gitolite3: its own `setup`, new repositories, a site's hooks, rules for merge requests, and mirrors. */
import { chmod, lstat, mkdir, readFile, readlink, rm, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { renderHook } from '../../src/installer/hook-file.ts';
import { directoryPicture } from '../hooks/directory-picture.ts';
import { type Belfry, belfry, PROJECT } from '../support/belfry.ts';
import type { Json } from '../support/gitee-literals.ts';
import { type Clone, type Gitolite, gitolite } from '../support/gitolite.ts';
import { needs } from '../support/needs.ts';
import { receiver } from '../support/receiver.ts';

const RULES = 'repo app\n    RW+ = alice\n    RW dev/ = bob\n    R = @all\n';

interface Installed {
  repositories: { changed: boolean; note: string | null }[];
}

async function stage(t: Test, rules = RULES) {
  const dir = t.testdir({});
  await mkdir(join(dir, 'nobody'));
  const server = await gitolite(dir);
  await server.rules(rules);
  const receives = await receiver(t);
  const bell = belfry(t, dir);
  let seen = 0;
  return {
    dir,
    server,
    bell,
    /** Puts belfry in, with a webhook for everything. */
    async install(...options: string[]) {
      const done = await bell.json<Installed>(['install', ...options, server.base]);
      if (seen === 0 && (await bell.json<Json[]>(['webhook', 'list'])).length === 0)
        await bell.json(['webhook', 'add', `${receives.url}/`, '--all', '--events', 'push,merge_request']);
      return done;
    },
    /** Who pushed what, as the next body says it. */
    async next() {
      const all = await receives.received(++seen);
      const body = JSON.parse(all[seen - 1]!.body.toString('utf8'));
      return `${body.sender.login} ${body.repository.full_name} ${body.ref ?? `!${body.number}`}`;
    },
    /** gitolite's hooks, and what each repository has of them and of settings. */
    async picture() {
      const own = await directoryPicture(join(server.home, '.gitolite/hooks'), { times: false });
      const repositories = await Promise.all(
        ['app', 'gitolite-admin'].map(async name => [
          name,
          await directoryPicture(join(server.base, `${name}.git/hooks`), { times: false }),
          await readFile(join(server.base, `${name}.git/config`), 'utf8'),
        ]),
      );
      return [own, repositories];
    },
  };
}

/** What the doctor finds about repositories and hooks. */
async function found(bell: Belfry, ...options: string[]): Promise<Json[]> {
  const { findings } = await bell.json<{ findings: Json[] }>(['doctor', ...options]);
  return findings.filter(({ area }) => area === 'repositories');
}

let commits = 0;

async function push(clone: Clone, ref: string, options: Parameters<Clone['push']>[1] = {}) {
  await clone.commit({ [`file-${++commits}`]: ref });
  const pushed = await clone.push([`HEAD:${ref}`], options);
  if (pushed.status !== 0) throw new Error(pushed.stderr);
}

const linkOf = (server: Gitolite, repository: string, name = 'post-receive') =>
  readlink(join(server.base, `${repository}.git/hooks`, name));

t.test('hooks survive `gitolite setup`, and new repositories have them from their first push', async t => {
  if (!needs(t, 'gitolite')) return;
  const { server, bell, install, next, picture } = await stage(t);
  const ran = join(server.home, 'ran');
  const foreign = `#!/bin/sh\necho "$GL_USER $GL_REPO" >>'${ran}'\n`;
  await writeFile(join(server.common, 'post-receive'), foreign, { mode: 0o755 });
  await server.run('setup');
  const before = await picture();

  const installed = await install();
  t.strictSame(
    [...new Set(installed.repositories.map(one => one.note))],
    [`the hook is in ${server.common}: gitolite links it into every repository, later ones too`],
  );
  t.strictSame(await found(bell), [], 'UMASK 0077 and all');
  t.strictSame(
    (await bell.json<Installed>(['install'])).repositories.map(one => one.changed),
    [false, false, false],
  );
  const app = await server.clone('app', 'alice');
  await push(app, 'refs/heads/main');
  t.equal(await next(), 'alice app refs/heads/main');
  t.equal(await readFile(ran, 'utf8'), 'alice app\n', 'the hook that was there runs as well');

  await server.run('setup');
  // As a hook is that somebody has copied there, or a push to gitolite-admin has brought.
  await chmod(join(server.common, 'post-receive'), 0o700);
  t.equal(await linkOf(server, 'app'), join(server.common, 'post-receive'));
  await push(app, 'refs/heads/main');
  t.equal(await next(), 'alice app refs/heads/main', 'after gitolite setup');
  t.strictSame(await found(bell), []);

  await server.rules(`${RULES}repo team/new\n    RW+ = alice\n`);
  t.equal(await next(), 'admin gitolite-admin refs/heads/master');
  await push(await server.clone('team/new', 'alice'), 'refs/heads/main');
  t.equal(await next(), 'alice team/new refs/heads/main', 'its first push, with nothing installed since');

  await bell.json(['uninstall', server.base]);
  t.strictSame(await picture(), before, 'as it was');
  t.equal(await linkOf(server, 'team/new'), join(server.common, 'post-receive'));
  t.equal(await readFile(join(server.base, 'team/new.git/hooks/post-receive'), 'utf8'), foreign);
});

t.test('hooks of a site’s local code still run, also those that a later push brings', async t => {
  if (!needs(t, 'gitolite')) return;
  const { server, bell, install, next, picture } = await stage(t);
  await server.configure('    LOCAL_CODE => "$rc{GL_ADMIN_BASE}/local",');
  const ran = join(server.home, 'ran');
  const local = (word: string) => ({
    'local/hooks/common/post-receive': `#!/bin/sh\necho ${word} $GL_USER >>'${ran}'\n`,
  });
  await server.rules(RULES, local('first'));
  await chmod(join(server.home, '.gitolite/local/hooks/common/post-receive'), 0o755);
  await server.run('setup');
  t.match(await linkOf(server, 'app'), /local\/hooks\/common\/post-receive$/);
  const before = await picture();
  await install();
  const app = await server.clone('app', 'alice');
  await push(app, 'refs/heads/main');
  t.equal(await next(), 'alice app refs/heads/main');
  t.equal(await readFile(ran, 'utf8'), 'first alice\n');
  await server.rules(RULES, local('second'));
  await next();
  await chmod(join(server.home, '.gitolite/local/hooks/common/post-receive'), 0o755);
  await rm(ran, { force: true });
  await push(app, 'refs/heads/main');
  t.equal(await next(), 'alice app refs/heads/main');
  t.equal(await readFile(ran, 'utf8'), 'second alice\n');
  t.strictSame(await found(bell), []);
  await bell.json(['uninstall', server.base]);
  t.strictSame(await picture(), before);
});

t.test(
  'hooks that an older belfry has put into the repositories go over; one of a repository alone is kept',
  async t => {
    if (!needs(t, 'gitolite')) return;
    const { server, bell, install, next, picture, dir } = await stage(t);
    const hooks = join(server.base, 'app.git/hooks');
    const alone = '#!/bin/sh\ncat >>got\n';
    await writeFile(join(hooks, 'post-receive'), alone, { mode: 0o755 });
    const before = await picture();
    const own = join(server.base, 'gitolite-admin.git/hooks/post-receive');
    await writeFile(own, await renderHook('post-receive', { app: PROJECT, home: join(dir, 'home') }), {
      mode: 0o755,
    });
    await install();
    t.ok((await lstat(own)).isSymbolicLink());
    await server.run('setup');
    await push(await server.clone('app', 'alice'), 'refs/heads/main');
    t.equal(await next(), 'alice app refs/heads/main');
    t.match(await readFile(join(server.base, 'app.git/got'), 'utf8'), / refs\/heads\/main\n$/);

    await unlink(join(hooks, 'post-receive'));
    const findings = await found(bell, '--fix');
    t.equal(findings.length, 1);
    t.match(findings[0], {
      subject: join(hooks, 'post-receive'),
      wanted: `a link to ${join(server.common, 'post-receive')}`,
      got: 'no such link',
      fixed: true,
    });
    t.equal(await linkOf(server, 'app'), join(server.common, 'post-receive'));
    await bell.json(['uninstall', server.base]);
    t.strictSame(await picture(), before, 'the one of the repository alone is back');
  },
);

t.test('merge requests keep to gitolite’s rules', async t => {
  if (!needs(t, 'gitolite')) return;
  const { server, bell, install, next } = await stage(t);
  await install();
  await bell.json(['config', 'set', 'mr.enabled', 'on']);
  await install();
  const alice = await server.clone('app', 'alice');
  await alice.commit({ 'secret/key': 'k\n', 'a.txt': 'a\n' });
  t.equal((await alice.push(['HEAD:refs/heads/main'])).status, 0);
  await next();
  const config = () => readFile(join(server.base, 'app.git/config'), 'utf8');
  t.notMatch(await config(), 'procReceiveRefs', 'gitolite guards: not without being chosen');

  await install('--merge-requests');
  t.match(await config(), 'procReceiveRefs = refs/for');
  const bob = await server.clone('app', 'bob');
  await bob.git('checkout', '-q', '-b', 'work', 'origin/main');
  await bob.commit({ 'b.txt': 'b\n' });
  const denied = await bob.push(['HEAD:refs/for/main']);
  t.match(denied.stderr, /remote: FATAL: W refs\/pull\/1\/head app bob DENIED by fallthru/);
  t.match(denied.stderr, /refs\/for\/main \(hook declined\)/);
  const allowed = `${RULES}    RW refs/pull/ = bob\n    - VREF/NAME/secret/ = bob\n`;
  await server.rules(allowed);
  t.equal(await next(), 'admin gitolite-admin refs/heads/master');
  t.match(
    (await bob.push(['HEAD:refs/for/main'])).stderr,
    'merge request !1:',
    'files that he leaves alone are no matter',
  );
  t.equal(await next(), 'bob app !1');
  await bob.commit({ 'secret/key': 'mine\n' });
  const forbidden = await bob.push(['HEAD:refs/for/main', 'HEAD:refs/heads/dev/x']);
  t.match(forbidden.stderr, /W VREF\/NAME\/secret\/key app bob DENIED by VREF\/NAME\/secret\//);
  const listed = await bell.json<Json[]>(['mr', 'list', '--repo', 'app', '--state', 'all']);
  t.strictSame(
    listed.map(({ number }) => number),
    [1],
  );
  t.strictSame(await found(bell), []);
});

t.test('mirrors name who pushed', async t => {
  if (!needs(t, 'gitolite')) return;
  const mirrored = (at: string) =>
    `${RULES}    option mirror.master = ${at}\n    option mirror.copies.nosync = side\n    option mirror.redirectOK = all\n`;
  const { server, install, next } = await stage(t);
  await server.configure("    HOSTNAME => 'main',");
  await server.enable('Mirroring');
  await server.rules(mirrored('main'));
  await install();
  const alice = await server.clone('app', 'alice');
  await push(alice, 'refs/heads/main', { as: 'server-side', env: { SOC_PREFIX: 'USER=bob SOC=' } }).catch(
    () => {},
  );
  await push(alice, 'refs/heads/main', { as: 'server-side', env: { SOC_PREFIX: 'USER=alice SOC=' } });
  t.equal(await next(), 'alice app refs/heads/main', 'a push that a copy has handed on');

  const rc = join(server.home, '.gitolite.rc');
  await writeFile(rc, (await readFile(rc, 'utf8')).replace("HOSTNAME => 'main'", "HOSTNAME => 'side'"));
  await push(alice, 'refs/heads/main', { as: 'server-main' });
  t.equal(await next(), 'server-main app refs/heads/main', 'the server, when it does not say for whom');
  await push(alice, 'refs/heads/main', { as: 'server-main', env: { LET_THROUGH: 'BELFRY_USER=carol' } });
  t.equal(await next(), 'carol app refs/heads/main', 'who pushed there');
});

t.test('a mirror push between two servers: the master says who it was', async t => {
  if (!needs(t, 'gitolite')) return;
  const mirrored = `${RULES}    option mirror.master = main\n    option mirror.copies.sync = side\n`;
  const { dir, server: side, install, next } = await stage(t, mirrored);
  await mkdir(join(dir, 'main/nobody'), { recursive: true });
  const main = await gitolite(join(dir, 'main'));
  for (const [name, one] of Object.entries({ side, main })) {
    await one.configure(`    HOSTNAME => '${name}',`);
    await one.enable('Mirroring');
  }
  await main.rules(mirrored);
  await install();
  // What ~/.ssh/config (SendEnv) and sshd_config (AcceptEnv) do.
  const ssh = join(dir, 'to-side');
  await writeFile(
    ssh,
    `#!/bin/sh\nLET_THROUGH=\${BELFRY_USER:+BELFRY_USER=$BELFRY_USER} exec '${join(dir, 'as-sshd')}' server-main "$@"\n`,
    { mode: 0o755 },
  );
  const env = { LET_THROUGH: `GIT_SSH_COMMAND=${ssh} GIT_SSH_VARIANT=simple` };
  const alice = await main.clone('app', 'alice');
  await push(alice, 'refs/heads/main', { env });
  t.equal(await next(), 'server-main app refs/heads/main');

  const page = await readFile(join(PROJECT, 'docs/gitolite.md'), 'utf8');
  const lines = /```perl\n([\s\S]*?)```/.exec(page)![1]!;
  const rc = join(main.home, '.gitolite.rc');
  await writeFile(
    rc,
    (await readFile(rc, 'utf8')).replace('%RC = (', () => `${lines}\n%RC = (`),
  );
  await push(alice, 'refs/heads/main', { env });
  t.equal(await next(), 'alice app refs/heads/main');
});
