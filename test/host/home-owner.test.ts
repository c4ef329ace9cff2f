/** Whose a home is, as far as root may believe its path. */
import { chmod, chown, lchown, mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import t from 'tap';
import { homeOwner, walkPath } from '../../src/host/home-owner.ts';

const ALICE = 65_001;
const MALLORY = 65_002;

t.test('a path that a stranger can change is not believed', async t => {
  if (process.geteuid!() !== 0) return void t.pass('skipped', { skip: 'only root can give files away' });
  const dir = await mkdtemp(join(tmpdir(), 'belfry-owner-'));
  t.teardown(() => rm(dir, { recursive: true }));
  await chmod(dir, 0o755);
  const make = async (name: string, uid: number, mode = 0o755) => {
    await mkdir(join(dir, name));
    await chown(join(dir, name), uid, uid);
    await chmod(join(dir, name), mode);
    return join(dir, name);
  };
  const link = async (target: string, name: string, uid: number) => {
    await symlink(target, join(dir, name));
    await lchown(join(dir, name), uid, uid);
    return join(dir, name);
  };
  const home = await make('home', ALICE, 0o700);
  t.strictSame(await homeOwner(home), { uid: ALICE, gid: ALICE });
  t.equal(await homeOwner(join(dir, 'missing', 'home')), null);

  await make('alice', ALICE);
  t.strictSame(
    await homeOwner(await make('alice/home', ALICE)),
    { uid: ALICE, gid: ALICE },
    'below her own directory',
  );
  await make('open', 0, 0o777);
  await make('group', 0, 0o775);
  await chown(join(dir, 'group'), 0, MALLORY);
  await make('sticky', 0, 0o1777);
  await make('mallory', MALLORY);
  const refused: [what: string, path: string, why: RegExp][] = [
    ['everybody may rename it', await make('open/home', ALICE), /everybody may write into .*\/open$/],
    ['a group may rename it', await make('group/home', ALICE), /the group 65002 may write into .*\/group$/],
    [
      'it lies in a stranger’s directory',
      await make('mallory/home', ALICE),
      /mallory belongs to user 65002$/,
    ],
    [
      'a stranger’s link leads there',
      await link(home, 'mallory/link', MALLORY),
      /mallory belongs to user 65002$/,
    ],
    [
      'a stranger’s link in a sticky directory',
      await link(home, 'sticky/link', MALLORY),
      /link belongs to user 65002$/,
    ],
    ['root’s home in somebody’s directory', await make('mallory/root', 0), /mallory belongs to user 65002$/],
    [
      'the owner’s link to somebody else',
      await link(await make('bob', 65_003), 'alice/bob', ALICE),
      /alice belongs to user 65001$/,
    ],
    [
      'a link out and back again',
      await link('../open/../home', 'alice/around', ALICE),
      /everybody may write into .*\/open$/,
    ],
  ];
  for (const [what, path, why] of refused)
    await t.rejects(homeOwner(path), { code: 'permission', message: why }, what);
  for (const path of [
    await make('sticky/home', ALICE),
    await link(home, 'sticky/own', ALICE),
    await link(home, 'roots', 0),
    await link('../home', 'alice/relative', ALICE),
  ])
    t.equal((await homeOwner(path))?.uid, ALICE, path);
  await link('circle', 'circle', 0);
  await t.rejects(walkPath(join(dir, 'circle')), { message: /too many symbolic links/ });
});
