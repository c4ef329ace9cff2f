/** Branch filters of a webhook: globs, `!` in front excludes, none means all. */
import picomatch from 'picomatch';
import { BelfryError } from '../errors.ts';

/**
 * True when a branch is wanted: it fits no excluding glob and, where there are including ones, at least one of them.
 * `*` stops at a slash, `**` does not.
 */
export function branchWanted(globs: string[], branch: string): boolean {
  if (globs.length === 0) return true;
  const including = globs.filter(glob => !glob.startsWith('!'));
  const excluding = globs.filter(glob => glob.startsWith('!')).map(glob => glob.slice(1));
  if (excluding.some(glob => matches(glob, branch))) return false;
  return including.length === 0 || including.some(glob => matches(glob, branch));
}

/** @throws BelfryError `invalid` for a glob that can never mean anything */
export function checkBranchGlob(glob: string): string {
  const pattern = glob.startsWith('!') ? glob.slice(1) : glob;
  const problem = problemOf(pattern);
  if (problem === null) return glob;
  throw new BelfryError('invalid', `branch filter "${glob}": ${problem}`, {
    hint: 'Wanted: a glob on branch names without refs/heads/, e.g. main, release/*, feature/** or !wip/**.',
  });
}

function problemOf(pattern: string): string | null {
  if (pattern === '') return 'it is empty';
  if (/[\s\u0000-\u001f\u007f]/.test(pattern))
    return 'branch names have no white space or control characters';
  if (pattern.startsWith('refs/')) return 'branches are named without refs/heads/';
  if (unbalanced(pattern, '[', ']')) return 'a [ is not closed';
  if (unbalanced(pattern, '{', '}')) return 'a { is not closed';
  return null;
}

function unbalanced(pattern: string, open: string, close: string): boolean {
  let depth = 0;
  for (const char of pattern) {
    if (char === open) depth++;
    if (char === close) depth--;
    if (depth < 0) return true;
  }
  return depth !== 0;
}

function matches(glob: string, branch: string): boolean {
  return compiled(glob)(branch);
}

const cache = new Map<string, (branch: string) => boolean>();

/** A push of 10,000 refs asks for the same glob 10,000 times. */
function compiled(glob: string): (branch: string) => boolean {
  let matcher = cache.get(glob);
  if (matcher === undefined) {
    matcher = picomatch(glob, { dot: true, nonegate: true, noextglob: true });
    if (cache.size > 1_000) cache.clear();
    cache.set(glob, matcher);
  }
  return matcher;
}
