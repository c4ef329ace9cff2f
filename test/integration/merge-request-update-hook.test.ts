/** Git runs no update hook for refs/for. Where a repository has one, it is asked all the same, as Git would ask it. */
import { chmod, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { openDatabase } from '../../src/store/database.ts';
import { openStore } from '../../src/store/sqlite.ts';
import { OLD_MIGRATIONS } from '../store/old-schema.ts';
import { PROJECT } from '../support/belfry.ts';
import type { Json } from '../support/gitee-literals.ts';
import { matches } from '../support/matches.ts';
import { type RequestStage, requestStage } from '../support/request-stage.ts';
import { must } from '../support/run.ts';
import { until } from '../support/until.ts';

const ZERO = '0'.repeat(40);

/** A stage with an update hook, which notes each question in `asked` and then does what `script` says. */
async function guarded(t: Test, script: string) {
  const stage = await requestStage(t);
  const asked = join(stage.dir, 'asked');
  const hook = join(stage.repository.path, 'hooks', 'update');
  await writeFile(hook, `#!/bin/sh\nprintf '%s\\n' "$GL_USER: $*" >>'${asked}'\n${script}\n`, {
    mode: 0o755,
  });
  return {
    ...stage,
    hook,
    /** Since it was last called. */
    async asked() {
      const text = await readFile(asked, 'utf8').catch(() => '');
      await rm(asked, { force: true });
      return text.split('\n').slice(0, -1);
    },
  };
}

const as = (login: string) => ({ as: login, env: { GL_USER: login } });

t.test('what the update hook refuses goes into no request, and uses up no number', async t => {
  const stage = await guarded(
    t,
    `case $GL_USER:$(git diff --name-only "$2" "$3") in
      *secret*) echo "secret files stay as they are" >&2; exit 1 ;;
      mallory:*) echo "not mallory"; exit 3 ;;
    esac`,
  );
  const { repository, root } = stage;
  const secret = await stage.branch('secret', { 'secret.txt': 's\n' });
  const said = await stage.refused(['HEAD:refs/for/main', 'HEAD:refs/heads/other'], as('alice'));
  t.match(said, /remote: secret files stay as they are/);
  t.match(said, /! \[remote rejected\] HEAD -> refs\/for\/main \(hook declined\)/);
  t.match(said, /\[new branch\] +HEAD -> other/, 'other refs of the push go on');
  t.strictSame((await stage.asked()).slice(0, 1), [`alice: refs/pull/1/head ${root} ${secret}`]);

  const head = await stage.branch('work', { 'b.txt': 'b\n' });
  t.match(
    await stage.refused(['HEAD:refs/for/main'], as('mallory')),
    /remote: not mallory/,
    'as Git shows it',
  );
  t.equal(await repository.server('for-each-ref', 'refs/pull'), '');
  t.strictSame(await stage.belfry.json(['mr', 'list', '--state', 'all']), []);
  const { stderr } = await stage.push(['HEAD:refs/for/main'], as('alice'));
  t.match(stderr, 'merge request !1:');
  t.strictSame(await stage.asked(), [
    `mallory: refs/pull/1/head ${root} ${head}`,
    `alice: refs/pull/1/head ${root} ${head}`,
  ]);
});

t.test('it judges what the request brings, also when the request or its target has moved', async t => {
  const stage = await guarded(t, 'exit 0');
  const { repository, root } = stage;
  await stage.branch('work', { 'b.txt': 'b\n' });
  await stage.push(['HEAD:refs/for/main'], as('alice'));
  await repository.git('checkout', '-q', 'main');
  const tip = await repository.commit({ files: { 'm.txt': 'm\n' } });
  await stage.push(['main'], as('bob'));
  await repository.git('checkout', '-q', 'work');
  const second = await repository.commit({ files: { 'c.txt': 'c\n' } });
  await stage.asked();
  await stage.push(['HEAD:refs/for/main'], as('alice'));
  t.strictSame(
    await stage.asked(),
    [`alice: refs/pull/1/head ${root} ${second}`],
    'from where it parts with its target, not from its old head',
  );
  await repository.git('rebase', '-q', 'main');
  const rebased = await repository.git('rev-parse', 'HEAD');
  await stage.push(['HEAD:refs/for/main'], as('alice'));
  t.strictSame(await stage.asked(), [`alice: refs/pull/1/head ${tip} ${rebased}`]);

  await repository.git('checkout', '-q', '--orphan', 'island');
  const island = await repository.commit({ message: 'Nothing in common\n' });
  await stage.push(['HEAD:refs/for/main/island'], as('alice'));
  t.strictSame(await stage.asked(), [`alice: refs/pull/2/head ${ZERO} ${island}`], 'all of it is new');

  await stage.push(['HEAD:refs/for/main/island'], { ...as('alice'), options: ['close'] });
  t.strictSame(await stage.asked(), [], 'closing brings nothing');
});

t.test('of an atomic push one refusal refuses all, before anything has moved', async t => {
  const stage = await guarded(t, `git diff --quiet "$2" "$3" -- forbidden`);
  await stage.branch('bad', { forbidden: 'x\n' });
  await stage.branch('good', { 'b.txt': 'b\n' });
  const said = await stage.refused(
    ['--atomic', 'good:refs/for/main/good', 'bad:refs/for/main/bad'],
    as('alice'),
  );
  t.match(said, /bad -> refs\/for\/main\/bad \(hook declined\)/);
  t.match(said, /good -> refs\/for\/main\/good \(another ref of this atomic push is refused\)/);
  t.equal(await stage.repository.server('for-each-ref', 'refs/pull'), '');
  await stage.asked();
  const pushed = await stage.push(
    ['--atomic', 'good:refs/for/main/good', 'good:refs/for/main/again'],
    as('alice'),
  );
  t.match(pushed.stderr, /merge request !1:[\s\S]*merge request !2:/);
  t.equal((await stage.asked()).length, 2, 'each is asked for once');
});

t.test('while it thinks, others are given numbers: it is asked again under the one that is left', async t => {
  const stage = await guarded(
    t,
    `[ "$GL_USER" != slow ] || while [ ! -e "$BELFRY_GATE" ]; do sleep 0.02; done`,
  );
  const head = await stage.branch('work', { 'b.txt': 'b\n' });
  const gate = join(stage.dir, 'gate');
  const slow = stage.push(['HEAD:refs/for/main'], {
    as: 'slow',
    env: { GL_USER: 'slow', BELFRY_GATE: gate },
  });
  const asked: string[] = [];
  await until('the hook to think', async () => {
    asked.push(...(await stage.asked()));
    return asked.length > 0;
  });
  t.match((await stage.push(['HEAD:refs/for/main'], as('quick'))).stderr, 'merge request !1:');
  await writeFile(gate, '');
  t.match((await slow).stderr, 'merge request !2:');
  asked.push(...(await stage.asked()));
  t.strictSame(asked, [
    `slow: refs/pull/1/head ${stage.root} ${head}`,
    `quick: refs/pull/1/head ${stage.root} ${head}`,
    `slow: refs/pull/2/head ${stage.root} ${head}`,
  ]);
});

t.test('a number that was given out before the hook refuses stays with its topic', async t => {
  const stage = await guarded(t, `[ "$GL_USER" != alice ] || exit 1`);
  const head = await stage.branch('work', { 'b.txt': 'b\n' });
  const store = openStore({
    home: stage.belfry.home,
    migrations: join(PROJECT, 'migrations'),
    opening: 'use',
  });
  const [row] = await store.repositories.list();
  const { id: authorId } = await store.users.ensure('alice', {}, 1);
  const key = { repositoryId: row!.id, authorId, target: 'main', topic: '' };
  await store.mergeRequests.reserve(key, { head, base: stage.root }, 7, 1);
  store.close();
  await stage.refused(['HEAD:refs/for/main'], as('alice'));
  t.strictSame(await stage.asked(), [`alice: refs/pull/7/head ${stage.root} ${head}`]);
});

t.test('the hook has Git’s own environment, byte for byte, and its place', async t => {
  const stage = await guarded(t, '');
  const { repository, dir } = stage;
  const found = join(dir, 'found');
  // What a pusher's client could set for Node must reach the hook, and nobody else.
  const env = { GL_REPO: 'acme/app', NODE_OPTIONS: '--no-such-option', ODD_NAME: "a'b\n c" };
  await writeFile(
    stage.hook,
    `#!/bin/sh
cat "/proc/$$/environ" >"${found}.$(echo "$1" | tr / _)"
printf '%s\\n' "$0" "$PWD" "$(readlink /proc/$$/fd/0)" "$(umask)" >>'${found}.facts'
`,
    { mode: 0o755 },
  );
  await stage.branch('work', { 'b.txt': 'b\n' });
  const script = `LATIN=$(printf 'caf\\351'); export LATIN; exec git push '${repository.path}' HEAD:refs/for/main HEAD:refs/heads/plain`;
  await must('sh', ['-c', script], {
    cwd: repository.work,
    env: { ...repository.env, ...env, BELFRY_USER: 'alice' },
  });
  const environments = await Promise.all(
    ['refs_pull_1_head', 'refs_heads_plain'].map(async name =>
      (await readFile(`${found}.${name}`)).toString('latin1').split('\0').filter(Boolean).sort(),
    ),
  );
  t.ok(environments[0]!.includes('LATIN=caf\xe9'));
  t.ok(environments[0]!.includes("ODD_NAME=a'b\n c"));
  t.strictSame(environments[0], environments[1], 'what Git gives it for a branch');
  const facts = (await readFile(`${found}.facts`, 'utf8')).split('\n').slice(0, -1);
  t.strictSame(facts.slice(0, 4), facts.slice(4), 'and its name, directory, input and umask');
});

t.test('a hook that cannot run, is killed, or lies elsewhere', async t => {
  const stage = await guarded(t, 'kill -9 $$');
  const { repository, hook } = stage;
  await stage.branch('work', { 'b.txt': 'b\n' });
  t.match(
    await stage.refused(['HEAD:refs/for/main'], as('alice')),
    /refs\/for\/main \(hook declined\)/,
    'killed',
  );
  await writeFile(hook, '#!/nowhere/interpreter\n');
  t.match(await stage.refused(['HEAD:refs/for/main'], as('alice')), /\(hook declined\)/, 'no interpreter');
  await writeFile(hook, 'exit 1\n');
  t.match(
    await stage.refused(['HEAD:refs/for/main'], as('alice')),
    /\(hook declined\)/,
    'without a first line',
  );
  await chmod(hook, 0o644);
  const ignored = await stage.push(['HEAD:refs/for/main'], as('alice'));
  t.match(ignored.stderr, "remote: hint: The 'update' hook was ignored because it is not executable.");
  t.match(ignored.stderr, 'merge request !1:');

  const shared = join(stage.dir, 'shared');
  await mkdir(shared);
  for (const name of ['proc-receive', 'post-receive'])
    await rename(join(hook, '..', name), join(shared, name));
  await writeFile(join(shared, 'update'), '#!/bin/sh\necho shared says no\nexit 1\n', { mode: 0o755 });
  await repository.server('config', 'core.hooksPath', shared);
  t.match(await stage.refused(['HEAD:refs/for/main/x'], as('alice')), /remote: shared says no/);
});

t.test(
  'where they are switched off, who pushes one is told so, and those that there are can be read',
  async t => {
    const stage = await requestStage(t);
    const { belfry, repository, root } = stage;
    await stage.branch('work', { 'b.txt': 'b\n' });
    await stage.push(['HEAD:refs/for/main']);
    await stage.next();
    await belfry.json(['install', '--no-merge-requests', join(stage.dir, 'root')]);
    const said = await stage.refused(['HEAD:refs/for/main/x', 'HEAD:refs/heads/other']);
    matches(t, said, /refs\/for\/main\/x \(merge requests are off here; ask the admin to run/);
    t.match(said, /\[new branch\] +HEAD -> other/);
    t.equal(await stage.ref('refs/for/main/x'), null);
    t.match(await stage.show(1), { state: 'open', base: root });
    const comment = ['mr', 'comment', '1', '--repo', 'acme/app', '--as', 'alice'];
    t.equal((await belfry.run(comment, { stdin: 'Well done.' })).status, 0);
    await stage.next();
    t.equal((await belfry.run(['mr', 'close', '1', '--repo', 'acme/app'])).status, 0);
    matches(t, await stage.next(), [{ action: 'close', number: 1 }]);
    const { findings } = await belfry.json<{ findings: Json[] }>(['doctor']);
    t.strictSame(
      findings.filter(({ area }) => area === 'repositories'),
      [],
    );

    await belfry.json(['install', '--merge-requests', repository.path]);
    t.match((await stage.push(['HEAD:refs/for/main/x'])).stderr, 'merge request !2:');
    await belfry.json(['config', 'set', 'mr.enabled', 'off']);
    t.match(
      await stage.refused(['HEAD:refs/for/main/y']),
      /merge requests are off here; ask the admin/,
      'at once',
    );
  },
);

t.test('merge requests of before an upgrade go on, until an update hook appears', async t => {
  const stage: RequestStage = await requestStage(t);
  const { belfry, repository, dir } = stage;
  await stage.branch('work', { 'b.txt': 'b\n' });
  await stage.push(['HEAD:refs/for/main']);
  await stage.next();
  // What the migration makes of a home in which nothing was chosen yet.
  const db = openDatabase(join(belfry.home, 'belfry.db'));
  db.exec('update root set merge_requests = null');
  const migration = await readFile(join(OLD_MIGRATIONS, '0015-merge-requests-opt-in.sql'), 'utf8');
  db.exec(migration.slice(migration.indexOf('update repository')));
  db.close();
  await belfry.json(['install']);
  t.match((await stage.push(['HEAD:refs/for/main/again'])).stderr, 'merge request !2:');

  const hook = join(repository.path, 'hooks', 'update');
  await writeFile(hook, '#!/bin/sh\nexit 0\n', { mode: 0o755 });
  const off = /\(merge requests are off here, since this repository has an update hook; ask the admin to run/;
  t.match(await stage.refused(['HEAD:refs/for/main/x']), off, 'before anybody has run anything');
  t.match(await belfry.run(['doctor']), {
    status: 0,
    stdout: /an update hook, so no merge requests are accepted/,
  });
  t.match((await belfry.run(['install'])).stdout, /it has an update hook: no merge requests, unless/);
  t.match(await stage.refused(['HEAD:refs/for/main/x']), off);
  await belfry.json(['install', '--merge-requests', join(dir, 'root')]);
  t.match((await stage.push(['HEAD:refs/for/main/x'])).stderr, 'merge request !3:', 'the word of the admin');
});

t.test('an older hook of belfry’s is no way around the update hook', async t => {
  const stage = await guarded(t, 'exit 1');
  await stage.branch('work', { 'b.txt': 'b\n' });
  const path = join(stage.repository.path, 'hooks', 'proc-receive');
  const text = await readFile(path, 'utf8');
  await writeFile(path, text.replace(' --hooks "$belfry_hooks"', ''));
  matches(
    t,
    await stage.refused(['HEAD:refs/for/main'], as('alice')),
    /\(belfry's hook is of an older version; ask the admin to run `belfry install`\)/,
  );
  const closed = text.replaceAll('cat "/proc/$$/environ" 2>/dev/null || env -0', 'true');
  await writeFile(path, closed);
  matches(
    t,
    await stage.refused(['HEAD:refs/for/main'], as('alice')),
    /\(the update hook cannot be asked: Git's environment is not known\)/,
  );
  t.strictSame(await stage.asked(), []);
  await writeFile(path, text.replace('cat "/proc/$$/environ" 2>/dev/null ||', ''));
  await stage.refused(['HEAD:refs/for/main'], as('alice'));
  t.equal((await stage.asked()).length, 1, 'without /proc as well');
});
