/** GitHub's repository. What a bare server does not have is false, zero or empty. */
import type { Repository } from '../../gitee/repository.ts';
import { cloneUrls } from '../clone-urls.ts';
import type { ForgeSource } from '../forge.ts';
import { utcTime } from '../utc-time.ts';
import { nodeId, repositoryApi, urls } from './github-api.ts';
import { type GithubUser, githubUser } from './github-user.ts';

const API_URLS = {
  forks_url: '/forks',
  keys_url: '/keys{/key_id}',
  collaborators_url: '/collaborators{/collaborator}',
  teams_url: '/teams',
  hooks_url: '/hooks',
  issue_events_url: '/issues/events{/number}',
  events_url: '/events',
  assignees_url: '/assignees{/user}',
  branches_url: '/branches{/branch}',
  tags_url: '/tags',
  blobs_url: '/git/blobs{/sha}',
  git_tags_url: '/git/tags{/sha}',
  git_refs_url: '/git/refs{/sha}',
  trees_url: '/git/trees{/sha}',
  statuses_url: '/statuses/{sha}',
  languages_url: '/languages',
  stargazers_url: '/stargazers',
  contributors_url: '/contributors',
  subscribers_url: '/subscribers',
  subscription_url: '/subscription',
  commits_url: '/commits{/sha}',
  git_commits_url: '/git/commits{/sha}',
  comments_url: '/comments{/number}',
  issue_comment_url: '/issues/comments{/number}',
  contents_url: '/contents/{+path}',
  compare_url: '/compare/{base}...{head}',
  merges_url: '/merges',
  archive_url: '/{archive_format}{/ref}',
  downloads_url: '/downloads',
  issues_url: '/issues{/number}',
  pulls_url: '/pulls{/number}',
  milestones_url: '/milestones{/number}',
  notifications_url: '/notifications{?since,all,participating}',
  labels_url: '/labels{/name}',
  releases_url: '/releases{/id}',
  deployments_url: '/deployments',
};

const ABSENT = {
  ...{ homepage: null, language: null, license: null, mirror_url: null },
  ...{
    fork: false,
    archived: false,
    disabled: false,
    is_template: false,
    web_commit_signoff_required: false,
  },
  ...{ has_issues: false, has_projects: false, has_downloads: false, has_wiki: false, has_pages: false },
  ...{ has_discussions: false, allow_forking: false },
  ...{ size: 0, stargazers_count: 0, watchers_count: 0, forks_count: 0, open_issues_count: 0 },
  ...{ forks: 0, open_issues: 0, watchers: 0 },
  topics: [],
  custom_properties: {},
};

/** As in every event but a push. */
export function githubRepository(repository: Repository, source: ForgeSource) {
  return {
    ...commonKeys(repository, source),
    owner: githubOwner(repository, source),
    url: repositoryApi(repository, source),
    created_at: utcTime(repository.created_at),
    pushed_at: utcTime(repository.pushed_at),
  };
}

/** As in a push: two times are seconds since 1970, its URL is that of the page, and the owner has two names. */
export function pushedRepository(repository: Repository, source: ForgeSource) {
  const common = commonKeys(repository, source);
  const owner = githubOwner(repository, source);
  return {
    ...common,
    owner: { ...owner, name: owner.login, email: repository.owner.email },
    url: common.html_url,
    created_at: seconds(repository.created_at),
    pushed_at: seconds(repository.pushed_at),
    stargazers: 0,
    master_branch: repository.default_branch,
  };
}

function commonKeys(repository: Repository, source: ForgeSource) {
  const { page, http, ssh, git } = cloneUrls(repository, source);
  return {
    id: repository.id,
    node_id: nodeId('Repository', repository.id),
    name: repository.path,
    full_name: repository.full_name,
    private: true,
    visibility: 'private',
    description: repository.description || null,
    default_branch: repository.default_branch,
    html_url: page,
    clone_url: http,
    ssh_url: ssh,
    git_url: git,
    svn_url: page,
    updated_at: utcTime(repository.updated_at),
    ...ABSENT,
    ...urls(repositoryApi(repository, source), API_URLS),
  };
}

/** Clients put its login and the name together again: it is the namespace. */
export function githubOwner({ owner, namespace }: Repository, source: ForgeSource): GithubUser {
  if (namespace === '') return githubUser(owner, source);
  return githubUser({ ...owner, login: namespace }, source, 'Organization');
}

function seconds(time: string): number {
  return Date.parse(time) / 1_000;
}
