/**
 * The URLs by which receivers find out which repository a delivery is about: they compare them with the clone URL that
 * they are configured with. So a forge's "web page" of the repository is its clone URL without `.git`, whatever front end
 * there is: pages of cgit and gitweb have a query or a prefix, and nothing would match (docs/forges.md).
 */
import type { Repository } from '../gitee/repository.ts';
import { encodePath, joined, withoutGit } from '../model/links.ts';
import type { ForgeSource } from './forge.ts';

export interface CloneUrls {
  page: string;
  http: string;
  ssh: string;
  git: string;
}

export function cloneUrls(
  repository: Pick<Repository, 'full_name' | 'clone_url' | 'ssh_url' | 'git_url'>,
  { clone }: Pick<ForgeSource, 'clone'>,
): CloneUrls {
  const { full_name: name, clone_url, ssh_url, git_url } = repository;
  // A directory without .git has none in its URLs: a server finds `app.git` for `app`, and never the other way round.
  const end = /(?:\.git)?(?:\/\.git)?$/.exec(clone_url)![0];
  const http = clone.http === null ? clone_url : `${clone.http.replace(/\/$/, '')}/${encodePath(name)}${end}`;
  const ssh = clone.ssh === null ? ssh_url : `${joined(clone.ssh)}${name}${end}`;
  return { page: withoutGit(http), http, ssh, git: git_url };
}
