/** How much a merge request changes: against where it left its target, as a person would read it. */
import type { GitPlace } from './git-process.ts';
import { mustGit } from './run-git.ts';
import { tooLarge } from './too-large.ts';

export interface DiffTotals {
  changedFiles: number;
  additions: number;
  deletions: number;
}

/** Known to git without being there, in both lengths. */
const EMPTY_TREES: Record<number, string> = {
  40: '4b825dc642cb6eb9a060e54bf8d69288fbee4904',
  64: '6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321',
};

/** What stands in for a commit that two histories have in common, when there is none. */
export function emptyTree(id: string): string {
  return EMPTY_TREES[id.length]!;
}

/**
 * @param from a commit or a tree; renamed files count once, binary files have no lines
 * @returns a sentence without an end: why it is not counted
 */
export async function diffTotals(place: GitPlace, from: string, to: string): Promise<DiffTotals | string> {
  const reason = await tooLarge(place, [`${to} ${from}`]);
  if (reason !== null) return reason;
  const text = await mustGit(place, [
    'diff-tree',
    '-r',
    '-M',
    '--shortstat',
    '--no-ext-diff',
    '--no-textconv',
    from,
    to,
  ]);
  const number = (pattern: RegExp) => Number(pattern.exec(text)?.[1] ?? 0);
  return {
    changedFiles: number(/(\d+) files? changed/),
    additions: number(/(\d+) insertions?\(\+\)/),
    deletions: number(/(\d+) deletions?\(-\)/),
  };
}
