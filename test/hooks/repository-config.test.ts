import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import t from 'tap';
import { openDirectory } from '../../src/files/safe-directory.ts';
import { addBlock, WANTED_SETTINGS } from '../../src/installer/own-settings.ts';
import {
  type CommonConfig,
  readCommonConfig,
  readRepositoryConfig,
} from '../../src/installer/repository-config.ts';
import { environment } from '../support/environment.ts';
import { must } from '../support/run.ts';

t.test('says the same with and without asking git for each repository', async t => {
  const dir = t.testdir({ shared: {} });
  const env = environment(dir);
  process.env.HOME = env.HOME;
  delete process.env.XDG_CONFIG_HOME;
  const repository = join(dir, 'app.git');
  await must('git', ['init', '-q', '--bare', repository], { env });
  await writeFile(join(dir, 'more'), '[receive]\n\tadvertisePushOptions = no\n');
  const own = [
    '',
    '[core]\n\tbare = true\n',
    '[RECEIVE]\n\tAdvertisePushOptions\n',
    '[receive]\n\tadvertisePushOptions = true\n\tadvertisePushOptions = off\n',
    `[core]\n\tHOOKSPATH = ${dir}/shared\n`,
    '[core]\n\thooksPath = ../shared\n',
    `[include]\n\tpath = ${dir}/more\n`,
    `[includeIf "gitdir:${dir}/"]\n\tpath = ${dir}/more\n`,
    '[remote "x"]\n\turl = /receive\n',
  ];
  const global = [
    '',
    '[receive]\n\tadvertisePushOptions = 1\n',
    '[core]\n\thooksPath = ~/hooks\n',
    `[includeIf "gitdir:${dir}/"]\n\tpath = ${dir}/more\n`,
  ];
  await mkdir(join(dir, 'user', 'hooks'));
  for (const user of global) {
    await writeFile(join(dir, 'user', '.gitconfig'), user);
    const common = await readCommonConfig();
    t.equal(common === null, /hooksPath|includeIf/.test(user));
    for (const text of [...own, ...own.map(one => addBlock(one, WANTED_SETTINGS))]) {
      await writeFile(join(repository, 'config'), text);
      t.strictSame(await readConfig(repository, common), await readConfig(repository), `${user}${text}`);
    }
  }
});

t.test('leaves a repository that it cannot read to git, which says why', async t => {
  const dir = t.testdir({ 'broken.git': { config: '[core\nreceive' } });
  await t.rejects(readConfig(join(dir, 'broken.git'), new Map()), {
    code: 'git',
    message: /broken\.git/,
  });
});

async function readConfig(repository: string, common: CommonConfig = null) {
  await using directory = await openDirectory(repository, { links: 'refuse' });
  return readRepositoryConfig(directory, common);
}
