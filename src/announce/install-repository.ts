/** One repository announces its pushes from now on: its hooks, its name, and what its refs are when that begins. */
import { BelfryError } from '../errors.ts';
import type { FoundRepository } from '../installer/find-repositories.ts';
import type { Installation } from '../installer/hook-file.ts';
import {
  type Installed,
  type InstallOptions,
  installHooks,
  type WantedRequests,
} from '../installer/install-hooks.ts';
import type { CommonConfig } from '../installer/repository-config.ts';
import { wantedRequests } from '../merge-requests/wanted-requests.ts';
import { isBelow } from '../model/full-name.ts';
import type { RequestChoice } from '../model/request-choice.ts';
import { placeFound } from '../repositories/locate-repository.ts';
import { registerPlace } from '../repositories/register-repository.ts';
import { takeBaseline } from '../repositories/take-baseline.ts';
import type { Settings } from '../settings/settings.ts';
import type { Store } from '../store/store.ts';
import { checkRefs } from './ref-check.ts';

export interface InstallDeps {
  installation: Installation;
  /** What `readCommonConfig` gave. */
  common: CommonConfig;
  store: Store;
  settings: Settings;
  now: () => number;
  /** Why nothing is done with a repository, in words; null when it is. */
  refusal: (directory: string) => Promise<string | null>;
}

export interface InstalledRepository extends Installed {
  directory: string;
  full_name: string;
  /** Whether it takes merge requests from now on. */
  requests: RequestChoice;
}

export interface RepositoryOptions extends Omit<InstallOptions, 'requests'> {
  /** What is chosen for this repository by itself; otherwise what was chosen before counts. */
  mergeRequests?: 'on' | 'off' | undefined;
}

/** @throws BelfryError as `installHooks`; `permission` when it is refused */
export async function installRepository(
  found: FoundRepository,
  options: RepositoryOptions,
  { installation, common, store, settings, now, refusal }: InstallDeps,
): Promise<InstalledRepository> {
  const { directory } = found;
  const refused = await refusal(directory);
  if (refused !== null) throw new BelfryError('permission', refused);
  const watched = (await store.roots.withAllUpdates()).some(root => isBelow(found.path, root));
  const allUpdates = options.allUpdates === true || watched;
  const place = await placeFound(found, store);
  const known = (await store.repositories.sameAs(place)) ?? { id: 0, ...place };
  const { mergeRequests, ...rest } = options;
  const install = (requests: WantedRequests) =>
    installHooks(directory, installation, common, { ...rest, allUpdates, requests });
  const asked = await wantedRequests(known, { store, settings });
  if (mergeRequests !== undefined && settings['mr.enabled'] !== 'off') asked.choice = mergeRequests;
  let installed = await install(asked);
  const { row, replaced } = await registerPlace(place, { store, now });
  if (mergeRequests !== undefined) await store.mergeRequests.chooseFor(row.id, mergeRequests);
  const requests = await wantedRequests(row, { store, settings });
  // It was known under another name.
  if (requests.choice !== asked.choice || requests.any !== asked.any) installed = await install(requests);
  await store.repositories.setHooksRemoved(directory, null);
  // From now on nothing is missed, not even when the first hook is killed. What git cannot read now, a scan will.
  if (!(await takeBaseline(row, { store, now }).catch(ignoreGit)) && replaced)
    await checkRefs(row, { store, settings, now }).catch(ignoreGit);
  return { directory, full_name: row.full_name, requests: requests.choice, ...installed };
}

function ignoreGit(error: unknown): false {
  if (!(error instanceof BelfryError && error.code === 'git')) throw error;
  return false;
}
