/**
 * Accounts whose own `core.hooksPath` keeps belfry's hooks from running when they push into a repository that they share.
 * Git says nothing of it, and their pushes are announced by the next comparison only. What of an account's settings the
 * owner of the home cannot read stays unknown.
 */
import { stat } from 'node:fs/promises';
import { isAbsolute, join, resolve } from 'node:path';
import { ownUid } from '../files/may.ts';
import { openDirectory } from '../files/safe-directory.ts';
import { type Account, membersOf } from '../host/accounts.ts';
import { firstBytes, isBelfryHook } from '../installer/found-hook.ts';
import { type PersonalHooksPath, personalHooksPath } from '../installer/personal-hooks-path.ts';
import { type CommonConfig, readRepositoryConfig } from '../installer/repository-config.ts';

export interface PersonalHooks extends PersonalHooksPath {
  account: string;
  /** A repository whose hooks do not run, and how many there are. */
  first: string;
  count: number;
}

/**
 * @param directories absolute paths of git directories, symbolic links resolved
 * @param common what holds for all repositories, as `readCommonConfig` gave it
 * @param members the accounts of a group
 */
export async function personalHooks(
  directories: readonly string[],
  common: CommonConfig,
  members: (gid: number) => Promise<Account[]> = membersOf,
): Promise<PersonalHooks[]> {
  const found = new Map<string, PersonalHooks>();
  /** One account may be in the groups of many repositories. */
  const settings = new Map<string, PersonalHooksPath | null>();
  for (const [gid, shared] of await sharedBy(directories)) {
    for (const { name, uid, home } of await members(gid)) {
      if (uid === ownUid()) continue;
      const setting = settings.has(name) ? settings.get(name)! : await personalHooksPath(home);
      settings.set(name, setting);
      if (setting === null) continue;
      for (const directory of shared) {
        if (!(await isTakenFrom(directory, setting.hooksPath, common))) continue;
        const { first = directory, count = 0 } = found.get(name) ?? {};
        found.set(name, { ...setting, account: name, first, count: count + 1 });
      }
    }
  }
  return [...found.values()];
}

/** By the group that may push. */
async function sharedBy(directories: readonly string[]): Promise<Map<number, string[]>> {
  const shared = new Map<number, string[]>();
  for (const directory of directories) {
    const refs = await stat(join(directory, 'refs')).catch(() => null);
    if (refs === null || (refs.mode & 0o020) === 0) continue;
    shared.set(refs.gid, [...(shared.get(refs.gid) ?? []), directory]);
  }
  return shared;
}

/** Whether a person's hooks run in place of the repository's, and none of belfry's is among them. */
async function isTakenFrom(directory: string, hooksPath: string, common: CommonConfig): Promise<boolean> {
  try {
    await using repository = await openDirectory(directory, { links: 'refuse' });
    // A repository's own setting comes before a person's.
    if ((await readRepositoryConfig(repository, common)).hooksScope === 'repository') return false;
    const path = isAbsolute(hooksPath) ? hooksPath : resolve(directory, hooksPath);
    await using hooks = await openDirectory(path, { links: 'follow' }).catch(() => null);
    return hooks === null || !isBelfryHook(await firstBytes(hooks, 'post-receive'));
  } catch {
    // What is wrong with the repository itself is said elsewhere.
    return false;
  }
}
