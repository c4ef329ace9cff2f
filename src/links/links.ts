/**
 * Web links and clone URLs of a repository. A bare server has no pages of its own: an admin says where its front end
 * is (`web.url`) and how that one makes its links (`web.style`).
 */

export const LINK_STYLES = ['gitee', 'gitea', 'cgit', 'gitweb'] as const;
export type LinkStyle = (typeof LINK_STYLES)[number];

export interface LinkBases {
  web: string;
  style: LinkStyle;
  http: string;
  ssh: string;
  git: string;
}

export interface RepositoryLinks {
  html: string;
  cloneHttp: string;
  cloneSsh: string;
  cloneGit: string;
  svn: string;
  commit(id: string): string;
  compare(before: string, after: string): string;
  branch(name: string): string;
  tag(name: string): string;
  mergeRequest(number: number): string;
  /** Only forges have a page for each; elsewhere it is the repository's. */
  issue(number: string): string;
  milestone(id: number): string;
}

/** @param fullName e.g. `acme/app`, without `.git` */
export function repositoryLinks(bases: LinkBases, fullName: string): RepositoryLinks {
  const path = encodePath(fullName);
  return {
    ...pages(bases, path),
    cloneHttp: `${bases.http}/${path}.git`,
    cloneSsh: `${joined(bases.ssh)}${fullName}.git`,
    cloneGit: `${joined(bases.git)}${fullName}.git`,
    svn: `svn://${new URL(bases.web).host}/${path}`,
  };
}

/** The repository's own page alone: it stands in every request. */
export function repositoryPage(bases: LinkBases, fullName: string): string {
  return page(bases, encodePath(fullName));
}

/** A person's page; only a forge has one, but Gitee's clients want a URL. */
export function userLink(bases: LinkBases, login: string): string {
  return `${bases.web}/${encodePath(login)}`;
}

type Pages = Pick<
  RepositoryLinks,
  'html' | 'commit' | 'compare' | 'branch' | 'tag' | 'mergeRequest' | 'issue' | 'milestone'
>;

function pages(bases: LinkBases, path: string): Pages {
  const html = page(bases, path);
  switch (bases.style) {
    case 'gitee':
      return forgePages(html, 'tree/', 'tree/');
    case 'gitea':
      return forgePages(html, 'src/branch/', 'src/tag/');
    case 'cgit':
      return cgitPages(html);
    case 'gitweb':
      return gitwebPages(html);
  }
}

function page({ web, style }: LinkBases, path: string): string {
  switch (style) {
    case 'gitee':
    case 'gitea':
      return `${web}/${path}`;
    case 'cgit':
      return `${web}/${path}.git`;
    case 'gitweb':
      return `${web}/?p=${path}.git`;
  }
}

function forgePages(html: string, branch: string, tag: string): Pages {
  return {
    html,
    commit: id => `${html}/commit/${id}`,
    compare: (before, after) => `${html}/compare/${before}...${after}`,
    branch: name => `${html}/${branch}${encodePath(name)}`,
    tag: name => `${html}/${tag}${encodePath(name)}`,
    mergeRequest: number => `${html}/pulls/${number}`,
    issue: number => `${html}/issues/${encodePath(number)}`,
    milestone: id => `${html}/milestones/${id}`,
  };
}

function cgitPages(html: string): Pages {
  return {
    html,
    commit: id => `${html}/commit/?id=${id}`,
    compare: (before, after) => `${html}/diff/?id=${after}&id2=${before}`,
    branch: name => `${html}/log/?h=${encodePart(name)}`,
    tag: name => `${html}/tag/?h=${encodePart(name)}`,
    mergeRequest: number => `${html}/log/?h=refs/pull/${number}/head`,
    issue: () => html,
    milestone: () => html,
  };
}

function gitwebPages(html: string): Pages {
  return {
    html,
    commit: id => `${html};a=commit;h=${id}`,
    compare: (before, after) => `${html};a=commitdiff;h=${after};hp=${before}`,
    branch: name => `${html};a=shortlog;h=refs/heads/${encodePart(name)}`,
    tag: name => `${html};a=tag;h=refs/tags/${encodePart(name)}`,
    mergeRequest: number => `${html};a=shortlog;h=refs/pull/${number}/head`,
    issue: () => html,
    milestone: () => html,
  };
}

function encodePath(path: string): string {
  return path.split('/').map(encodePart).join('/');
}

/** Lone surrogates cannot be percent-encoded; they come from nowhere but a broken name. */
function encodePart(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}

/** `git@host:` and `ssh://git@host/` stand as they are; anything else gets the slash that is missing. */
function joined(base: string): string {
  return /[:/]$/.test(base) ? base : `${base}/`;
}
