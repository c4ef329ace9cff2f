/**
 * What Gitee's objects look like for the people and the repository of a tower, written down from gitee-format.md §3 by hand
 * and not with the product's code: a body is compared with these whole.
 */
import { AUTHOR, COMMITTER, type GitRepository } from './git-repository.ts';
import { WEB } from './tower.ts';

export type Json = Record<string, unknown>;

/** gitee-format.md §3.1. */
export function fullUser(
  id: number,
  login: string,
  name = login,
  email = `${login}@users.noreply.git.example.com`,
): Json {
  return {
    avatar_url: `${WEB}/assets/no_portrait.png`,
    email,
    html_url: `${WEB}/${login}`,
    id,
    login,
    name,
    remark: null,
    site_admin: false,
    type: 'User',
    url: `${WEB}/${login}`,
    user_name: login,
    username: login,
  };
}

/** gitee-format.md §3.2. */
export function shortUser({ email, id, name, url, user_name, username }: Json): Json {
  return { email, id, name, url, user_name, username };
}

/** gitee-format.md §3.5, for `acme/app`; the times are those of the body. */
export function repository(id: number, owner: Json, times: Json): Json {
  const page = `${WEB}/acme/app`;
  return {
    clone_url: `${page}.git`,
    created_at: times.created_at,
    default_branch: 'main',
    description: '',
    fork: false,
    forks_count: 0,
    full_name: 'acme/app',
    git_http_url: `${page}.git`,
    git_ssh_url: 'git@git.example.com:acme/app.git',
    git_svn_url: 'svn://git.example.com/acme/app',
    git_url: 'git://git.example.com/acme/app.git',
    has_issues: false,
    has_pages: false,
    has_wiki: false,
    homepage: null,
    html_url: page,
    id,
    language: null,
    license: null,
    name: 'app',
    name_with_namespace: 'acme/app',
    namespace: 'acme',
    open_issues_count: 0,
    owner,
    path: 'app',
    path_with_namespace: 'acme/app',
    private: true,
    pushed_at: times.pushed_at,
    ssh_url: 'git@git.example.com:acme/app.git',
    stargazers_count: 0,
    svn_url: 'svn://git.example.com/acme/app',
    updated_at: times.pushed_at,
    url: page,
    watchers_count: 0,
  };
}

export interface CommitFacts {
  message: string;
  added?: string[];
  removed?: string[];
  modified?: string[];
  /** Author time. */
  time?: string;
}

/** gitee-format.md §3.4, by the two people of the test: the author has the account `zhang-san`, the committer has none. */
export async function commit(
  from: GitRepository,
  authorId: number,
  id: string,
  facts: CommitFacts,
): Promise<Json> {
  const [tree, parents = ''] = (await from.git('log', '-1', '--format=%T%n%P', id)).split('\n');
  const time = facts.time ?? AUTHOR.date;
  return {
    added: facts.added ?? [],
    author: {
      email: AUTHOR.email,
      id: authorId,
      name: AUTHOR.name,
      remark: null,
      time,
      url: `${WEB}/zhang-san`,
      user: null,
      user_name: 'zhang-san',
      username: 'zhang-san',
    },
    committer: {
      email: COMMITTER.email,
      id: null,
      name: COMMITTER.name,
      remark: null,
      time: null,
      url: null,
      user: null,
      user_name: null,
      username: null,
    },
    distinct: true,
    id,
    message: facts.message,
    modified: facts.modified ?? [],
    parent_ids: parents.split(' ').filter(Boolean),
    removed: facts.removed ?? [],
    timestamp: time,
    tree_id: tree,
    url: `${WEB}/acme/app/commit/${id}`,
  };
}
