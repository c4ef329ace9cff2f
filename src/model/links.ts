/**
 * Web links and clone URLs of a repository. A bare server has no pages of its own: an admin says where its front end
 * is (`web.url`) and how that one makes its links (`web.style`).
 */
import { isZeroId } from './change.ts';

/** `cgit-remove-suffix`: cgit with `remove-suffix=1`, which takes the `.git` off its repositories' addresses. */
export const LINK_STYLES = ['gitee', 'gitea', 'cgit', 'cgit-remove-suffix', 'gitweb'] as const;
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
  /** One that is not here but in another system: Git has no ref of it. */
  foreignRequest(number: number): string;
  /** What a merge request changes, as a plain diff. @param base @param head tip of its target, and its own */
  mergeRequestDiff(number: number, base: string, head: string): string;
  /** Its commits, as mails of `git format-patch`. */
  mergeRequestPatch(number: number, base: string, head: string): string;
  /** Only forges have a page for each; elsewhere it is the repository's. */
  issue(number: string): string;
  milestone(id: number): string;
}

/** What a server and its viewers call a repository. */
export interface Address {
  /** e.g. `acme/app`, without `.git` */
  fullName: string;
  /** Below the directory that is served, as it is on the disk: `acme/app.git`, or `acme/app` where it has no `.git`. */
  served: string;
}

export function repositoryLinks(bases: LinkBases, address: Address): RepositoryLinks {
  const { fullName, served } = address;
  return {
    ...pages(bases, address),
    // A server finds `app.git` for `app`, and never the other way round.
    cloneHttp: `${bases.http}/${encodePath(served)}`,
    cloneSsh: `${joined(bases.ssh)}${served}`,
    cloneGit: `${joined(bases.git)}${served}`,
    svn: `svn://${new URL(bases.web).host}/${encodePath(fullName)}`,
  };
}

/**
 * Where a webhook is looked after, which stands in every request. Only Gitee has such a page, so that this is its address
 * in that style alone: elsewhere it is the repository's page, which exists.
 */
export function webhookLink(bases: LinkBases, address: Address, id: number): string {
  const html = page(bases, address);
  return bases.style === 'gitee' ? `${html}/hooks/${id}/edit` : html;
}

/** A person's page; only a forge has one, but Gitee's clients want a URL. */
export function userLink(bases: LinkBases, login: string): string {
  return `${bases.web}/${encodePath(login)}`;
}

type Pages = Omit<RepositoryLinks, 'cloneHttp' | 'cloneSsh' | 'cloneGit' | 'svn'>;

function pages(bases: LinkBases, address: Address): Pages {
  const html = page(bases, address);
  switch (bases.style) {
    case 'gitee':
      return forgePages(html, 'tree/', 'tree/');
    case 'gitea':
      return forgePages(html, 'src/branch/', 'src/tag/');
    case 'cgit':
    case 'cgit-remove-suffix':
      return cgitPages(html);
    case 'gitweb':
      return gitwebPages(html);
  }
}

function page({ web, style }: LinkBases, { fullName, served }: Address): string {
  switch (style) {
    case 'gitee':
    case 'gitea':
      return `${web}/${encodePath(fullName)}`;
    case 'cgit':
      return `${web}/${encodePath(served)}`;
    case 'cgit-remove-suffix':
      return `${web}/${encodePath(withoutGit(served))}`;
    case 'gitweb':
      return `${web}/?p=${encodePath(served)}`;
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
    foreignRequest: number => `${html}/pulls/${number}`,
    mergeRequestDiff: number => `${html}/pulls/${number}.diff`,
    mergeRequestPatch: number => `${html}/pulls/${number}.patch`,
    issue: number => `${html}/issues/${encodePath(number)}`,
    milestone: id => `${html}/milestones/${id}`,
  };
}

function cgitPages(html: string): Pages {
  const commit = (id: string) => `${html}/commit/?id=${id}`;
  const between = betweenZeros(html, commit);
  return {
    ...onePage(html),
    commit,
    compare: (before, after) => between(before, after) ?? `${html}/diff/?id=${after}&id2=${before}`,
    branch: name => `${html}/log/?h=${encodePart(name)}`,
    tag: name => `${html}/tag/?h=${encodePart(name)}`,
    mergeRequest: number => `${html}/log/?h=refs/pull/${number}/head`,
    mergeRequestDiff: (_, base, head) => between(base, head) ?? `${html}/rawdiff/?id=${head}&id2=${base}`,
    mergeRequestPatch: (_, base, head) => between(base, head) ?? `${html}/patch/?id=${head}&id2=${base}`,
  };
}

function gitwebPages(html: string): Pages {
  const commit = (id: string) => `${html};a=commit;h=${id}`;
  const between = betweenZeros(html, commit);
  return {
    ...onePage(html),
    commit,
    compare: (before, after) => between(before, after) ?? `${html};a=commitdiff;h=${after};hp=${before}`,
    branch: name => `${html};a=shortlog;h=refs/heads/${encodePart(name)}`,
    // Its page `a=tag` is for annotated tags only; this one leads there, or to what another tag stands for.
    tag: name => `${html};a=object;h=refs/tags/${encodePart(name)}`,
    mergeRequest: number => `${html};a=shortlog;h=refs/pull/${number}/head`,
    mergeRequestDiff: (_, base, head) =>
      between(base, head) ?? `${html};a=commitdiff_plain;h=${head};hp=${base}`,
    mergeRequestPatch: (_, base, head) => between(base, head) ?? `${html};a=patches;h=${head};hp=${base}`,
  };
}

/** What such a viewer has no page for. */
function onePage(html: string) {
  return { html, foreignRequest: () => html, issue: () => html, milestone: () => html };
}

/** These viewers know no commit of zeros: of a new ref they show the commit, of a deleted one what there still is. */
function betweenZeros(html: string, commit: (id: string) => string) {
  return (before: string, after: string): string | null =>
    isZeroId(after) ? html : isZeroId(before) ? commit(after) : null;
}

/** A path in a URL: what its segments hold is percent-encoded. */
export function encodePath(path: string): string {
  return path.split('/').map(encodePart).join('/');
}

/** Lone surrogates cannot be percent-encoded; they come from nowhere but a broken name. */
function encodePart(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}

/** A base of SSH URLs: `git@host:` and `ssh://git@host/` stand as they are; anything else gets the slash that is missing. */
export function joined(base: string): string {
  return /[:/]$/.test(base) ? base : `${base}/`;
}

/** Of `app/.git` and of `app.git` nothing but `app` is left. */
export function withoutGit(path: string): string {
  return path.replace(/\/\.git$/, '').replace(/\.git$/, '');
}
