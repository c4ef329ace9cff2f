/** Fills Gitee's repository from what a bare server knows; the rest has the value Gitee shows when there is none. */
import type { RepositoryLinks } from '../model/links.ts';
import type { Enterprise, Repository } from './repository.ts';
import { giteeTime } from './time.ts';
import type { FullUser } from './user.ts';

export interface RepositorySource {
  id: number;
  /** e.g. `acme/app` */
  fullName: string;
  company: string | null;
  description: string;
  defaultBranch: string;
  /** Milliseconds since 1970. */
  createdAt: number;
  pushedAt: number;
  owner: FullUser;
  links: RepositoryLinks;
  /** Offset of the server's own times. */
  offset: string;
}

export function buildRepository(source: RepositorySource): Repository {
  const { links, owner } = source;
  const segments = source.fullName.split('/');
  const path = segments.at(-1)!;
  const namespace = segments.slice(0, -1).join('/');
  const pushed = giteeTime(source.pushedAt / 1_000, source.offset);
  return {
    clone_url: links.cloneHttp,
    created_at: giteeTime(source.createdAt / 1_000, source.offset),
    default_branch: source.defaultBranch,
    description: source.description,
    fork: false,
    forks_count: 0,
    full_name: source.fullName,
    git_http_url: links.cloneHttp,
    git_ssh_url: links.cloneSsh,
    git_svn_url: links.svn,
    git_url: links.cloneGit,
    has_issues: false,
    has_pages: false,
    has_wiki: false,
    homepage: null,
    html_url: links.html,
    id: source.id,
    language: null,
    license: null,
    name: path,
    name_with_namespace: source.company === null ? path : [owner.name, ...segments.slice(1)].join('/'),
    namespace,
    open_issues_count: 0,
    owner,
    path,
    path_with_namespace: source.fullName,
    private: true,
    pushed_at: pushed,
    ssh_url: links.cloneSsh,
    stargazers_count: 0,
    svn_url: links.svn,
    updated_at: pushed,
    url: links.html,
    watchers_count: 0,
  };
}

/** Null for a repository of no company (gitee-format.md §3.6). */
export function buildEnterprise(source: Pick<RepositorySource, 'company' | 'owner'>): Enterprise | null {
  return source.company === null ? null : { id: null, name: source.owner.name, url: source.owner.url };
}

export interface EventPlace {
  repository: Repository;
  enterprise: Enterprise | null;
}

/** What every event says of where it happened and who did it: `project` is the repository once more. */
export function eventPlace({ repository, enterprise }: EventPlace, sender: FullUser) {
  return { enterprise, project: repository, push_data: null, repository, sender } as const;
}
