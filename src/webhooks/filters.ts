/** Filters of a webhook: globs (see `glob.ts`), `!` in front excludes, none means all. */
import { BelfryError } from '../errors.ts';
import { compileGlob, splitGlobs } from '../text/glob.ts';

/** What a filter is about, and the column of a webhook that has it. */
export type FilterName = 'repos' | 'branches' | 'tags' | 'paths' | 'pushers';

/**
 * True when a name is wanted: it matches no excluding glob and, where there are including ones, at least one of them.
 * A stored glob that cannot be read matches nothing when it includes, and excludes nothing.
 */
export function isWanted(globs: readonly string[], name: string): boolean {
  return globs.length === 0 || decisive(globs, name).wanted;
}

/** @returns the glob that decides; null: none of those that include matches */
export function decisive(globs: readonly string[], name: string): { wanted: boolean; glob: string | null } {
  const excludes = (glob: string) => glob.startsWith('!');
  const against = globs.find(glob => excludes(glob) && matches(glob.slice(1), name));
  if (against !== undefined) return { wanted: false, glob: against };
  const including = globs.filter(glob => !excludes(glob));
  const by = including.find(glob => matches(glob, name)) ?? null;
  return { wanted: including.length === 0 || by !== null, glob: by };
}

/**
 * The globs in a list separated by commas. A leading `!` that is meant is written `\!`, a comma `\,`.
 * @throws BelfryError `invalid` for one that nothing can ever match
 */
export function readGlobs(filter: FilterName, list: string): string[] {
  const { what, cut, example } = SORTS[filter];
  return splitGlobs(list).map(glob => {
    const negated = glob.startsWith('!');
    const pattern = (negated ? glob.slice(1) : glob).replace(cut, '');
    const problem = problemOf(filter, pattern);
    if (problem === null) return (negated ? '!' : '') + pattern;
    throw new BelfryError('invalid', `${what} "${glob}": ${problem}`, {
      hint: `Wanted: ${example}; several are separated by commas.`,
    });
  });
}

/** Why nothing can match such a glob, as it is stored; null: something can. */
export function globProblem(filter: FilterName, glob: string): string | null {
  return problemOf(filter, glob.replace(/^!/, ''));
}

interface Sort {
  what: string;
  /** What people write in front, and names do not have. */
  cut: RegExp;
  example: string;
  problem: (pattern: string) => string | null;
}

const SORTS: Record<FilterName, Sort> = {
  branches: {
    what: 'Branch filter',
    cut: /^refs\/heads\//,
    example: 'a glob on branch names, e.g. main, release/*, feature/** or !wip/**',
    problem: pattern => {
      if (pattern.startsWith('refs/tags/')) return 'a branch filter matches no tags';
      return refProblem(pattern, 'branch', 'refs/heads/');
    },
  },
  tags: {
    what: 'Tag filter',
    cut: /^refs\/tags\//,
    example: 'a glob on tag names, e.g. v*, release/** or !nightly-*',
    problem: pattern => {
      if (pattern.startsWith('refs/heads/')) return 'a tag filter matches no branches';
      return refProblem(pattern, 'tag', 'refs/tags/');
    },
  },
  repos: {
    what: 'Repository filter',
    cut: /^$/,
    example: 'a glob on names as `belfry repo list` has them, e.g. acme/*, **/docs or !acme/secret',
    problem: pattern => {
      if (pattern.endsWith('.git')) return 'names are written without .git';
      return pathProblem(pattern, 'names are written without their root');
    },
  },
  paths: {
    what: 'Path filter',
    cut: /^$/,
    example: 'a glob on paths of files, e.g. docs/**, *.md, **/package.json or !vendor/**',
    problem: pattern => {
      if (pattern.endsWith('/')) return `it names files: ${pattern}** is all that lies below`;
      return pathProblem(pattern, 'paths begin at the top of the repository, without a slash');
    },
  },
  pushers: {
    what: 'Pusher filter',
    cut: /^$/,
    example: 'a glob on logins, e.g. alice, ci-* or !renovate-bot',
    problem: () => null,
  },
};

function problemOf(filter: FilterName, pattern: string): string | null {
  if (pattern === '') return 'it is empty';
  const problem = SORTS[filter].problem(pattern);
  if (problem !== null) return problem;
  const compiled = compileGlob(pattern);
  return typeof compiled === 'string' ? compiled : null;
}

/** What Git allows in the name of a branch or tag: git-check-ref-format(1). */
function refProblem(pattern: string, sort: 'branch' | 'tag', prefix: string): string | null {
  if (/[\s\u0000-\u001f\u007f]/.test(pattern))
    return `${sort} names have no white space or control characters`;
  if (pattern.startsWith('refs/')) return `${sort} names are written without ${prefix}`;
  const compiled = compileGlob(pattern);
  if (typeof compiled === 'string') return compiled;
  const plain = plainOf(pattern);
  if (/[~^:]|\.\.|@\{|\/\/|^\/|\/$|\.$|\.lock$|(?:^|\/)\./.test(plain))
    return `no ${sort} can have such a name (git check-ref-format)`;
  return null;
}

/** Without classes, and with another character for each that a backslash makes plain. */
function plainOf(pattern: string): string {
  return pattern.replace(/\[(?:[!^]?\]?)(?:\\.|[^\]\\])*\]/g, 'x').replace(/\\([*?[\]\\])/g, '~');
}

function pathProblem(pattern: string, whySlash: string): string | null {
  if (pattern.startsWith('/')) return whySlash;
  if (/(^|\/)\.{1,2}(\/|$)|\/\//.test(plainOf(pattern)))
    return 'no name has such a part: it is empty, . or ..';
  return null;
}

function matches(glob: string, name: string): boolean {
  return compiled(glob)(name);
}

const cache = new Map<string, (name: string) => boolean>();

/** A push of 10,000 refs asks for the same glob 10,000 times. */
function compiled(glob: string): (name: string) => boolean {
  let matcher = cache.get(glob);
  if (matcher === undefined) {
    const made = compileGlob(glob);
    matcher = typeof made === 'string' ? () => false : made;
    if (cache.size > 1_000) cache.clear();
    cache.set(glob, matcher);
  }
  return matcher;
}
