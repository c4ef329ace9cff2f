/**
 * A repository that a group shares, and files of the home's owner that no member may reach: what install and uninstall
 * do there, as the owner and as root, while a member does what he likes in it. Accounts are numbers here: nothing asks
 * for their names.
 */
import { chmod, chown, cp, lstat, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import type { Test } from 'tap';
import { examineHooks } from '../../src/installer/examine-hooks.ts';
import { type InstallOptions, installHooks } from '../../src/installer/install-hooks.ts';
import type { CommonConfig } from '../../src/installer/repository-config.ts';
import { uninstallHooks } from '../../src/installer/uninstall-hooks.ts';
import { type AccountIds, asAccount } from '../support/as-account.ts';
import { PROJECT } from '../support/belfry.ts';
import { environment } from '../support/environment.ts';
import { must } from '../support/run.ts';
import { directoryPicture, type Picture } from './directory-picture.ts';

export const TEAM = 65_100;
/** The home's owner. */
export const ALICE: AccountIds = { uid: 65_001, gid: 65_001, groups: [TEAM] };
/** A member of the group. */
export const BOB: AccountIds = { uid: 65_002, gid: 65_002, groups: [TEAM] };
export const ROOT: AccountIds = { uid: 0, gid: 0 };

/** All hooks that a repository can have without being a mirror. */
const TAKEN = { choice: 'on', any: false } as const;

/** Whether there is such a thing as another account; says why not. */
export function accountsCanBePlayed(t: Pick<Test, 'pass'>): boolean {
  if (process.getuid?.() === 0) return true;
  t.pass('skipped', { skip: 'only root can act as another account' });
  return false;
}

export type MemberStage = Awaited<ReturnType<typeof memberStage>>;

/** @param owner of the repository */
export async function memberStage(t: Pick<Test, 'teardown'>, owner: AccountIds = ALICE) {
  // Below the system's temporary directory every account can get at it.
  const dir = await mkdtemp(join(tmpdir(), 'belfry-member-'));
  t.teardown(() => rm(dir, { recursive: true, force: true }));
  await chmod(dir, 0o755);
  const env = environment(dir);
  process.env.HOME = env.HOME;
  process.env.XDG_CONFIG_HOME = env.HOME;
  await chmod(env.HOME!, 0o755);
  const [app, home, bin, repository, loot] = ['app', 'home', 'bin', 'app.git', 'loot'].map(name =>
    join(dir, name),
  ) as [string, string, string, string, string];
  await cp(join(PROJECT, 'hooks'), join(app, 'hooks'), { recursive: true });
  await must('git', ['init', '-q', '--bare', '--shared=group', repository], { env });
  await must('chown', ['-R', `${owner.uid}:${TEAM}`, repository], { env });
  // What Alice can write and Bob cannot.
  await mkdir(home, { mode: 0o700 });
  await mkdir(join(home, 'spool', 'new'), { recursive: true });
  await mkdir(bin, { mode: 0o755 });
  for (const name of ['key', 'belfry.db', 'id_ed25519'])
    await writeFile(join(home, name), `SECRET ${name}\n`);
  await must('chmod', ['-R', 'go=', home], { env });
  await writeFile(join(bin, 'post-receive'), '#!/bin/sh\necho mine\n', { mode: 0o700 });
  await must('chown', ['-R', `${ALICE.uid}:${ALICE.gid}`, home, bin], { env });
  await mkdir(loot);
  await chown(loot, BOB.uid, BOB.gid);
  const installation = { app, home };
  return {
    dir,
    env,
    home,
    bin,
    repository,
    loot,
    hooks: join(repository, 'hooks'),
    installation,
    install: (as: AccountIds = ALICE, options: InstallOptions = {}, common: CommonConfig = null) =>
      asAccount(as, () => installHooks(repository, installation, common, { requests: TAKEN, ...options })),
    uninstall: (as: AccountIds = ALICE, common: CommonConfig = null) =>
      asAccount(as, () => uninstallHooks(repository, common)),
    examine: (as: AccountIds = ALICE, common: CommonConfig = null) =>
      asAccount(as, () => examineHooks(repository, installation, common, TAKEN)),
    /** All that must stay as it is, whatever happens in the repository. */
    outside: async (): Promise<Picture> => ({
      ...(await directoryPicture(home)),
      ...(await directoryPicture(bin)),
      home: await modeOf(home),
      bin: await modeOf(bin),
    }),
    /** Files of the owner or of root that begin as a member has chosen, anywhere where he may write. */
    words: (): Promise<string[]> => ownersWords(repository),
  };
}

/** What a spool file begins with; in a file of Alice's, it would be her word. */
export const SPOOL_HEAD = 'belfry-push 1';

async function ownersWords(directory: string): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const info = await lstat(path).catch(() => null);
    if (!info?.isFile() || info.uid === BOB.uid) continue;
    if ((await readFile(path, 'latin1').catch(() => '')).startsWith(SPOOL_HEAD)) found.push(path);
  }
  return found;
}

async function modeOf(path: string): Promise<string> {
  const { mode, uid, gid } = await lstat(path);
  return `${mode.toString(8)} ${uid}:${gid}`;
}
