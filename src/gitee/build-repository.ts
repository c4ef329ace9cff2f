/** Fills Gitee's repository from what a bare server knows; the rest has the value Gitee shows when there is none. */
import type { RepositoryLinks } from '../model/links.ts';
import type { Repository as KnownRepository } from '../model/repository.ts';
import type { Enterprise, Repository } from './repository.ts';
import { giteeTime } from './time.ts';
import type { FullUser } from './user.ts';

export interface RepositorySource {
  row: Pick<KnownRepository, 'id' | 'full_name' | 'company'>;
  facts: { description: string; defaultBranch: string; createdAt: number };
  pushedAt: number;
  owner: FullUser;
  links: RepositoryLinks;
  /** Offset of the server's own times. */
  offset: string;
}

export function buildRepository(source: RepositorySource): Repository {
  const { row, facts, links, owner } = source;
  const segments = row.full_name.split('/');
  const path = segments.at(-1)!;
  const namespace = segments.slice(0, -1).join('/');
  const pushed = giteeTime(source.pushedAt / 1_000, source.offset);
  return {
    clone_url: links.cloneHttp,
    created_at: giteeTime(facts.createdAt / 1_000, source.offset),
    default_branch: facts.defaultBranch,
    description: facts.description,
    fork: false,
    forks_count: 0,
    full_name: row.full_name,
    git_http_url: links.cloneHttp,
    git_ssh_url: links.cloneSsh,
    git_svn_url: links.svn,
    git_url: links.cloneGit,
    has_issues: false,
    has_pages: false,
    has_wiki: false,
    homepage: null,
    html_url: links.html,
    id: row.id,
    language: null,
    license: null,
    name: path,
    name_with_namespace: row.company === null ? path : [owner.name, ...segments.slice(1)].join('/'),
    namespace,
    open_issues_count: 0,
    owner,
    path,
    path_with_namespace: row.full_name,
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
export function buildEnterprise({ row, owner }: Pick<RepositorySource, 'row' | 'owner'>): Enterprise | null {
  return row.company === null ? null : { id: null, name: owner.name, url: owner.url };
}

export interface EventPlace {
  repository: Repository;
  enterprise: Enterprise | null;
}

/** What every event says of where it happened and who did it: `project` is the repository once more. */
export function eventPlace({ repository, enterprise }: EventPlace, sender: FullUser) {
  return { enterprise, project: repository, push_data: null, repository, sender } as const;
}
