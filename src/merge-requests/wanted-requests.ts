/** Whether a repository is to take merge requests, by what was chosen for it, for its root and for the whole server. */
import type { WantedRequests } from '../installer/install-hooks.ts';
import type { Repository } from '../model/repository.ts';
import { requestChoice } from '../model/request-choice.ts';
import type { Settings } from '../settings/settings.ts';
import type { Store } from '../store/store.ts';

/** @param repository its id is 0 where it is not known yet */
export async function wantedRequests(
  repository: Pick<Repository, 'id' | 'path' | 'directory'>,
  { store, settings }: { store: Store; settings: Settings },
): Promise<WantedRequests> {
  const chosen = await store.mergeRequests.choice(repository);
  return {
    choice: requestChoice(settings['mr.enabled'], chosen),
    any: await store.mergeRequests.any(repository.id),
  };
}

/** The same for Git's template: where a repository that is made from it will lie is not known. */
export async function requestsFromBirth({
  store,
  settings,
}: {
  store: Store;
  settings: Settings;
}): Promise<WantedRequests> {
  const setting = settings['mr.enabled'];
  const takes = setting === 'chosen' ? await store.roots.takeRequests() : setting === 'on';
  return { choice: takes ? 'on' : 'off', any: false };
}
