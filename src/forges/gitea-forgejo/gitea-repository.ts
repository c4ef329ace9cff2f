/** Gitea's repository. Its owner's login is the namespace, since clients put login and name together again. */
import type { Repository } from '../../gitee/repository.ts';
import { encodePath } from '../../model/links.ts';
import { cloneUrls } from '../clone-urls.ts';
import type { ForgeSource } from '../forge.ts';
import { utcTime } from '../utc-time.ts';
import { type GiteaUser, giteaUser, NO_TIME } from './gitea-people.ts';

/** @param objectId any object's of the repository: by its length one tells SHA-1 from SHA-256 */
export function giteaRepository(repository: Repository, source: ForgeSource, objectId = '') {
  const { page, http, ssh } = cloneUrls(repository, source);
  const api = giteaApi(repository, source);
  return {
    id: repository.id,
    owner: giteaOwner(repository),
    name: repository.path,
    full_name: repository.full_name,
    description: repository.description,
    empty: false,
    private: true,
    fork: false,
    template: false,
    mirror: false,
    size: 0,
    language: '',
    languages_url: `${api}/languages`,
    html_url: page,
    url: api,
    link: '',
    ssh_url: ssh,
    clone_url: http,
    original_url: '',
    website: '',
    stars_count: 0,
    forks_count: 0,
    watchers_count: 0,
    open_issues_count: 0,
    open_pr_counter: 0,
    release_counter: 0,
    default_branch: repository.default_branch,
    archived: false,
    created_at: utcTime(repository.created_at),
    updated_at: utcTime(repository.updated_at),
    archived_at: '1970-01-01T00:00:00Z',
    permissions: { admin: false, push: false, pull: true },
    has_issues: false,
    has_wiki: false,
    has_pull_requests: false,
    has_projects: false,
    has_releases: false,
    has_packages: false,
    has_actions: false,
    ignore_whitespace_conflicts: false,
    allow_merge_commits: true,
    allow_rebase: true,
    allow_rebase_explicit: true,
    allow_squash_merge: true,
    default_merge_style: 'merge',
    avatar_url: '',
    internal: false,
    mirror_interval: '',
    object_format_name: objectId.length === 64 ? 'sha256' : 'sha1',
    mirror_updated: NO_TIME,
    repo_transfer: null,
    topics: [],
    licenses: [],
  };
}

/** Where Gitea's API would be: it leads nowhere. */
export function giteaApi(
  { full_name }: Pick<Repository, 'full_name'>,
  { web }: Pick<ForgeSource, 'web'>,
): string {
  return `${web}/api/v1/repos/${encodePath(full_name)}`;
}

function giteaOwner({ owner, namespace }: Repository): GiteaUser {
  return giteaUser(namespace === '' ? owner : { ...owner, login: namespace });
}
