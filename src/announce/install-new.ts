/**
 * Hooks for repositories that have come without them, where the setting `install.new` says so. Nobody looks on: so nothing
 * is done that only an admin can mean, and what is left stands in `status` with its reason and the command.
 */

import { BelfryError, isStoreError } from '../errors.ts';
import { ownUid } from '../files/may.ts';
import { isSharedWith } from '../host/share-home.ts';
import { type FoundRepository, statRefs } from '../installer/find-repositories.ts';
import { readCommonConfig } from '../installer/repository-config.ts';
import { isExcluded } from '../model/excluded.ts';
import { installsNew } from '../model/installs-new.ts';
import { nameOfFound, placeFound } from '../repositories/locate-repository.ts';
import { registerPlace } from '../repositories/register-repository.ts';
import { type InstallDeps, type InstalledRepository, installRepository } from './install-repository.ts';

export interface NewInstallerDeps extends Omit<InstallDeps, 'common'> {
  log: (level: 'info' | 'warn' | 'error', message: string) => void;
}

export interface NotInstalled {
  path: string;
  reason: string;
}

/** Its `install` is for `surveyRoots`. */
export function newInstaller(deps: NewInstallerDeps) {
  const { store, settings, installation, now, log } = deps;
  const installed: InstalledRepository[] = [];
  const left: NotInstalled[] = [];
  let common: ReturnType<typeof readCommonConfig> | undefined;

  async function install(found: FoundRepository): Promise<string | null> {
    const { path, directory } = found;
    if (isExcluded(settings['repo.exclude'], await nameOfFound(found, store))) {
      // Known, so that `repo list` can show what is left out.
      await registerPlace(await placeFound(found, store), { store, now });
      return '';
    }
    if (!installsNew(settings['install.new'], path)) return '';
    if (await store.repositories.hooksAreRemoved(directory)) return '`belfry uninstall` removed its hooks';
    const reason = (await strange(found, installation.home)) ?? (await attempt(found));
    if (reason === null) return null;
    left.push({ path, reason });
    log('warn', `${path} has no hook, and install.new installs none: ${reason}`);
    return reason;
  }

  async function attempt(found: FoundRepository): Promise<string | null> {
    common ??= readCommonConfig().catch(() => null);
    try {
      const done = await installRepository(found, { unasked: true }, { ...deps, common: await common });
      installed.push(done);
      log('info', `${done.full_name} had no hook: installed one, by install.new (${found.path})`);
      return null;
    } catch (error) {
      if (!(error instanceof BelfryError) || isStoreError(error)) throw error;
      return [error.message, error.hint].filter(Boolean).join('; ');
    }
  }

  return { install, installed, left };
}

/** Why only an admin can say whether this is meant, or its pushes could not be announced; null: neither. */
async function strange({ directory, linked }: FoundRepository, home: string): Promise<string | null> {
  if (linked) return 'a symbolic link leads to it';
  const refs = await statRefs(directory).catch(() => null);
  // Whatever is wrong with it, installing says.
  if (refs === null) return null;
  if ((refs.mode & 0o020) !== 0) {
    if (await isSharedWith(home, refs.gid)) return null;
    return `group ${refs.gid} may push into it, and the spool is not open to that group`;
  }
  const own = ownUid();
  return refs.uid === own || refs.uid === 0
    ? null
    : `it is user ${refs.uid}'s, and the home is user ${own}'s`;
}
