/**
 * The URLs by which a forge's receiver knows a repository: it compares them with the one that it was configured with, and where
 * they differ nothing happens and nobody is told.
 */
import { cloneUrls } from '../../forges/clone-urls.ts';
import { addressOf } from '../../model/full-name.ts';
import { repositoryLinks } from '../../model/links.ts';
import type { Repository } from '../../model/repository.ts';
import type { Webhook } from '../../model/webhook.ts';
import { linkBases, type Settings } from '../../settings/settings.ts';
import type { Store } from '../../store/store.ts';

export interface ForgeUrls {
  /** Which repository they are of. */
  repository: string;
  html_url: string;
  clone_url: string;
  ssh_url: string;
}

/** Of the repository that a webhook is for, else of the one that it heard of last; null when it has heard of none. */
export async function forgeUrls(
  webhook: Webhook,
  store: Store,
  settings: Settings,
): Promise<ForgeUrls | null> {
  const row = await repositoryOf(webhook, store);
  if (row === null) return null;
  const links = repositoryLinks(linkBases(settings), addressOf(row));
  const said = { clone_url: links.cloneHttp, ssh_url: links.cloneSsh, git_url: links.cloneGit };
  const clone = { http: webhook.clone_http, ssh: webhook.clone_ssh };
  const { page, http, ssh } = cloneUrls({ full_name: row.full_name, ...said }, { clone });
  return { repository: row.full_name, html_url: page, clone_url: http, ssh_url: ssh };
}

async function repositoryOf({ scope }: Webhook, store: Store): Promise<Repository | null> {
  const [kind, id] = scope.split(':');
  if (kind === 'repository') return store.repositories.byId(Number(id));
  const newest = await store.pushes.newest(scope);
  return newest === null ? null : store.repositories.byId(newest.repositoryId);
}
