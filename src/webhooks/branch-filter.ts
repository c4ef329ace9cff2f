/** Branch filters of a webhook: globs (see `glob.ts`), `!` in front excludes, none means all. */
import { BelfryError } from '../errors.ts';
import { compileGlob, splitGlobs } from '../text/glob.ts';

/**
 * True when a branch is wanted: it matches no excluding glob and, where there are including ones, at least one of them.
 * A stored glob that cannot be read matches nothing when it includes, and excludes nothing.
 */
export function branchWanted(globs: readonly string[], branch: string): boolean {
  if (globs.length === 0) return true;
  const excluding = globs.filter(glob => glob.startsWith('!'));
  if (excluding.some(glob => matches(glob.slice(1), branch))) return false;
  return (
    excluding.length === globs.length || globs.some(glob => !glob.startsWith('!') && matches(glob, branch))
  );
}

/**
 * The globs in a list separated by commas. A leading `!` that is meant is written `\!`, a comma `\,`.
 * @throws BelfryError `invalid` for one that no branch can ever match
 */
export function readBranchGlobs(list: string): string[] {
  return splitGlobs(list).map(glob => {
    const negated = glob.startsWith('!');
    const pattern = (negated ? glob.slice(1) : glob).replace(/^refs\/heads\//, '');
    const problem = problemOf(pattern);
    if (problem === null) return (negated ? '!' : '') + pattern;
    throw new BelfryError('invalid', `Branch filter "${glob}": ${problem}`, {
      hint: 'Wanted: a glob on branch names, e.g. main, release/*, feature/** or !wip/**; several are separated by commas.',
    });
  });
}

/** What Git allows in the name of a branch: git-check-ref-format(1). */
function problemOf(pattern: string): string | null {
  if (pattern === '') return 'it is empty';
  if (/[\s\u0000-\u001f\u007f]/.test(pattern))
    return 'branch names have no white space or control characters';
  if (pattern.startsWith('refs/tags/')) return 'a branch filter matches no tags';
  if (pattern.startsWith('refs/')) return 'branch names are written without refs/heads/';
  const compiled = compileGlob(pattern);
  if (typeof compiled === 'string') return compiled;
  const plain = pattern.replace(/\[(?:[!^]?\]?)(?:\\.|[^\]\\])*\]/g, 'x').replace(/\\([*?[\]\\])/g, '~');
  if (/[~^:]|\.\.|@\{|\/\/|^\/|\/$|\.$|\.lock$|(?:^|\/)\./.test(plain))
    return 'no branch can have such a name (git check-ref-format)';
  return null;
}

function matches(glob: string, branch: string): boolean {
  return compiled(glob)(branch);
}

const cache = new Map<string, (branch: string) => boolean>();

/** A push of 10,000 refs asks for the same glob 10,000 times. */
function compiled(glob: string): (branch: string) => boolean {
  let matcher = cache.get(glob);
  if (matcher === undefined) {
    const made = compileGlob(glob);
    matcher = typeof made === 'string' ? () => false : made;
    if (cache.size > 1_000) cache.clear();
    cache.set(glob, matcher);
  }
  return matcher;
}
