/** Who may write a repository makes its `hooks/update` lead to hooks of somebody else, as if that were gitolite's directory. */
import { lstat, mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import t from 'tap';
import { must } from '../support/run.ts';
import { ALICE, accountsCanBePlayed, BOB, memberStage, ROOT, TEAM } from './member-stage.ts';

const PATH = { env: { PATH: process.env.PATH ?? '' } };

t.test('a link of a member’s leads belfry’s hooks nowhere', async t => {
  if (!accountsCanBePlayed(t)) return;
  const one = await memberStage(t);
  const common = join(one.home, 'hooks/common');
  await mkdir(common, { recursive: true });
  await writeFile(join(common, 'update'), '#!/bin/sh\nexit 0\n', { mode: 0o755 });
  await must('chown', ['-R', `${ALICE.uid}:${ALICE.gid}`, join(one.home, 'hooks')], PATH);
  const link = join(one.hooks, 'update');
  await symlink(join(common, 'update'), link);
  await must('chown', ['-h', `${BOB.uid}:${TEAM}`, link], PATH);
  const before = await one.outside();
  for (const as of [ALICE, ROOT]) {
    await one.install(as);
    t.ok((await lstat(join(one.hooks, 'post-receive'))).isFile(), 'they go into the repository');
    t.strictSame(await one.outside(), before);
    await one.uninstall(as);
    t.strictSame(await one.outside(), before);
  }
  await must('chmod', ['-R', 'g-w', one.repository], PATH);
  const { note } = await one.install();
  t.match(
    note,
    `the hook is in ${common}: gitolite links it into every repository`,
    'nobody else can have made it',
  );
  t.strictSame((await readdir(common)).sort(), ['post-receive', 'proc-receive', 'update']);
  await one.uninstall();
  t.strictSame(await one.outside(), before);
});
