/** Root's worker serves repositories that nobody but root may change, and says which others it has met. */
import { chmod, chown, mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import t, { type Test } from 'tap';
import { othersMayWrite } from '../../src/host/others-may-write.ts';
import { belfry, NODE, PROJECT } from '../support/belfry.ts';
import { gitRepository } from '../support/git-repository.ts';
import { must, run } from '../support/run.ts';
import { until } from '../support/until.ts';

const MALLORY = 65_002;

async function stage(t: Test) {
  const dir = await mkdtemp(join(tmpdir(), 'belfry-root-'));
  await chmod(dir, 0o755);
  t.teardown(() => rm(dir, { recursive: true }));
  const bell = belfry(t, dir);
  const srv = join(dir, 'srv');
  await mkdir(srv);
  const bare = async (name: string, ...options: string[]) => {
    await must('git', ['init', '-q', '--bare', '-b', 'main', ...options, join(srv, name)], { env: bell.env });
    return join(srv, name);
  };
  const work = await gitRepository(join(dir, 'work'));
  await work.commit();
  const push = async (path: string) => work.git('push', '-q', path, 'HEAD:refs/heads/main');
  const worker = () =>
    run(NODE, [join(PROJECT, 'src/worker.ts'), '--home', bell.home, '--once'], { env: bell.env });
  return { dir, srv, bell, bare, push, worker };
}

t.test('whether anybody but root may change a repository', async t => {
  if (process.geteuid!() !== 0) return void t.pass('skipped', { skip: 'only root can give files away' });
  const { dir, srv, bare } = await stage(t);
  const path = await bare('app.git');
  t.equal(await othersMayWrite(path), null);
  t.equal(await othersMayWrite(join(srv, 'missing.git')), null);
  const shared = await bare('shared.git', '--shared=group');
  t.match(await othersMayWrite(shared), /shared\.git\S* can be written by the group 0$/);
  for (const place of [
    '',
    'HEAD',
    'config',
    'hooks',
    'objects',
    'objects/pack',
    'refs/heads',
    'description',
  ]) {
    const at = join(path, place);
    await chown(at, MALLORY, MALLORY);
    t.equal(await othersMayWrite(path), `${at} belongs to user ${MALLORY}`);
    await chown(at, 0, 0);
    await chmod(at, 0o777);
    t.equal(await othersMayWrite(path), `${at} can be written by everybody`);
    await chmod(at, 0o755);
  }
  t.equal(await othersMayWrite(path), null);
  await chmod(srv, 0o1777);
  t.equal(await othersMayWrite(path), null, 'others may only add something beside it');
  await chmod(srv, 0o777);
  t.equal(await othersMayWrite(path), `${srv} can be written by everybody`);
  await chmod(srv, 0o755);
  await chown(dir, MALLORY, MALLORY);
  t.equal(await othersMayWrite(path), `${dir} belongs to user ${MALLORY}`);
  await chown(dir, 0, 0);
});

t.test('it refuses a home with such a repository, and pushes wait', async t => {
  if (process.geteuid!() !== 0) return void t.pass('skipped', { skip: 'only root runs as root' });
  const { srv, bell, bare, push, worker } = await stage(t);
  const path = await bare('app.git');
  const shared = await bare('shared.git', '--shared=group');
  const refusal = `Root's worker does not run git in ${shared}: ${shared} can be written by the group 0`;
  const installed = await bell.run(['install', srv]);
  t.match(installed, { status: 1, stderr: refusal });
  t.notOk((await readdir(join(shared, 'hooks'))).includes('post-receive'), 'install refuses it');
  await chmod(shared, 0o755);
  for (const name of await readdir(shared, { recursive: true })) await chmod(join(shared, name), 0o755);
  await must('git', ['-C', shared, 'config', '--unset', 'core.sharedRepository'], { env: bell.env });
  await bell.json(['install', srv]);
  await push(path);
  await push(shared);
  await until(
    'both to be taken in',
    async () => (await readdir(join(bell.home, 'spool', 'new'))).length === 0,
  );
  t.match(
    await bell.run(['status']),
    { status: 0, stdout: /No action needed\n$/ },
    'root’s own repositories are served',
  );
  await bell.stopWorker();

  await chmod(shared, 0o2775);
  const ran = await worker();
  t.equal(ran.status, 78, 'the unit does not start it again');
  t.match(
    await readFile(join(bell.home, 'log', 'worker.log'), 'utf8'),
    `error pushes stay in the spool: ${refusal}. Give the home to the account that owns the repositories`,
  );
  const status = await bell.run(['status', '--json']);
  t.equal(status.status, 1);
  t.match(status.json(), { ok: false, refused: refusal });
  const { findings } = (await bell.run(['doctor', '--json'])).json<{ findings: { subject: string }[] }>();
  t.match(
    findings.find(one => one.subject === shared),
    {
      level: 'problem',
      got: /can be written by the group 0; its pushes are not announced/,
      fix: /install\.sh .* --user NAME$/,
    },
  );
  t.match(await bell.run(['scan']), { status: 1, stderr: refusal });
});
