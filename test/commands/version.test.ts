/** `belfry --version`: what a checkout, a copy and a release say, by the one script that all of them ask. */
import { chmodSync, cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { PROJECT } from '../support/belfry.ts';
import { environment } from '../support/environment.ts';
import { must } from '../support/run.ts';
import { belfry } from './stage.ts';

const { version } = JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8')) as { version: string };

t.test('a release, a commit after it, and a copy without its repository', async t => {
  const dir = t.testdir({ app: { src: {} } });
  const app = join(dir, 'app');
  cpSync(join(PROJECT, 'src/version.sh'), join(app, 'src/version.sh'));
  cpSync(join(PROJECT, 'package.json'), join(app, 'package.json'));
  const who = ['-c', 'user.name=a', '-c', 'user.email=a@example.com'];
  const env = environment(dir);
  const git = (...args: string[]) => must('git', [...who, ...args], { cwd: app, env });
  const ask = () => must('sh', [join(app, 'src/version.sh')], { env, cwd: '/' });
  t.equal(await ask(), `${version}\n`, 'without a repository nothing more is known');

  await git('init', '-q');
  await git('add', '.');
  await git('commit', '-q', '-m', 'one');
  const first = (await git('rev-parse', '--short=10', 'HEAD')).trim();
  t.equal(await ask(), `${version}+g${first}\n`, 'a clone without its tags says which commit it is');
  await git('tag', `v${version}`);
  t.equal(await ask(), `${version}\n`, 'the release');
  await git('commit', '-q', '--allow-empty', '-m', 'two');
  const sha = (await git('rev-parse', '--short=10', 'HEAD')).trim();
  t.equal(await ask(), `${version}+g${sha}\n`, 'a commit after it');
  await git('tag', 'v0.0.1');
  t.equal(await ask(), `${version}+g${sha}\n`, "another release's tag");

  const copy = join(app, 'copy');
  mkdirSync(copy);
  cpSync(join(app, 'src'), join(copy, 'src'), { recursive: true });
  cpSync(join(app, 'package.json'), join(copy, 'package.json'));
  const asked = () => must('sh', [join(copy, 'src/version.sh')], { env });
  t.equal(await asked(), `${version}\n`, 'a repository further up is not its own');
  writeFileSync(join(copy, 'VERSION'), `${version}+gabc\n`);
  t.equal(await asked(), `${version}+gabc\n`, 'what was written when it was copied');

  chmodSync(app, 0o755);
  const { GIT_DIR: _, ...others } = env;
  const misled = { ...others, GIT_DIR: join(PROJECT, 'nowhere') };
  t.equal(await must('sh', [join(app, 'src/version.sh')], { env: misled }), `${version}+g${sha}\n`);
});

t.test('the command line', async t => {
  for (const args of [['--version'], ['-V']]) {
    const said = await belfry(args);
    t.match(said, { status: 0, stderr: '' });
    t.match(said.stdout, new RegExp(`^belfry ${version.replaceAll('.', '\\.')}(\\+g[0-9a-f]{10})?\\n$`));
  }
  t.match((await belfry(['--version', '--json'])).json(), { version: String });
  const help = await belfry(['--help']);
  t.match(help, { status: 0, stderr: '', stdout: /^belfry COMMAND/ });
  t.equal((await belfry(['-h'])).stdout, help.stdout);
  t.match(await belfry([]), { status: 0, stderr: '', stdout: help.stdout }, 'nothing at all');
  t.match((await belfry(['webhook', 'add', '-h'])).stdout, /^belfry webhook add/);
  t.equal((await belfry(['--json'])).status, 2);
});
