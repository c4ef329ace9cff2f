import t from 'tap';
import { gitVersion } from '../../src/git/run-git.ts';
import { must } from '../support/run.ts';

t.test('the version that git tells', async t => {
  const told = await must('git', ['--version'], { env: { PATH: '/usr/local/bin:/usr/bin:/bin' } });
  const version = await gitVersion();
  t.match(version, /^\d+\.\d+\.\d+/);
  t.ok(told.includes(version), `${version} in ${told}`);
});

t.test('no git', async t => {
  await t.rejects(gitVersion('/nowhere'), { code: 'git', hint: /Install git/ });
});
