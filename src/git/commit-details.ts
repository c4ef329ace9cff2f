/**
 * What the described commits say and change: one `git diff-tree` for all of them, read as a stream of NUL-terminated
 * fields. Plumbing, because its output does not depend on the admin's configuration; git itself re-encodes the texts.
 */
import type { Commit, Signature } from '../events/change.ts';
import { gitDate } from './git-date.ts';
import { NulFields } from './nul-fields.ts';
import type { PushLimits } from './push-limits.ts';
import { type GitPlace, streamGit } from './stream-git.ts';
import type { TextBudget } from './text-budget.ts';

export interface DescribedCommit {
  commit: Commit;
  /** What was left out of it, one sentence each. */
  cut: string[];
}

/** %B is the message as it stands, trailing newline or none. Lists of paths follow, `\nM`, `path`, `A`, `path`… */
const FIELDS = ['%H', '%T', '%P', '%an', '%ae', '%ad', '%cn', '%ce', '%cd', '%B'] as const;

const DIFF_TREE = [
  'diff-tree',
  '--stdin',
  '-r',
  '-z',
  '--root',
  // Commits that change nothing are shown too, merges against their first parent.
  '--always',
  '--diff-merges=first-parent',
  '--no-renames',
  '--ignore-submodules=none',
  '--name-status',
  '--encoding=UTF-8',
  '--date=raw',
  `--format=tformat:${FIELDS.join('%x00')}`,
];

export async function describeCommits(
  place: GitPlace,
  ids: readonly string[],
  limits: PushLimits,
  budget: TextBudget,
): Promise<Map<string, DescribedCommit>> {
  const described = new Map<string, DescribedCommit>();
  if (ids.length === 0) return described;
  const builder = new CommitBuilder(ids[0]!.length, limits, budget, one => described.set(one.commit.id, one));
  // Room for the longest text, and for the rest of a character at its end.
  const keep = Math.max(limits.messageBytes, limits.pathBytes, limits.nameBytes, limits.parents * 65) + 4;
  const fields = new NulFields(keep, (bytes, length) => builder.field(bytes, length));
  for await (const chunk of streamGit(place, DIFF_TREE, `${ids.join('\n')}\n`)) fields.push(chunk);
  builder.end();
  return described;
}

/** Puts the fields of one commit after the other together. */
class CommitBuilder {
  readonly #idLength: number;
  readonly #limits: PushLimits;
  readonly #budget: TextBudget;
  readonly #done: (one: DescribedCommit) => void;
  #current: DescribedCommit = emptyCommit();
  /** Index into FIELDS of the next field; behind them, paths. */
  #next: number = FIELDS.length;
  #status: string | null = null;
  #paths = 0;
  #keptPaths = 0;

  constructor(
    idLength: number,
    limits: PushLimits,
    budget: TextBudget,
    done: (one: DescribedCommit) => void,
  ) {
    this.#idLength = idLength;
    this.#limits = limits;
    this.#budget = budget;
    this.#done = done;
  }

  field(bytes: Buffer, length: number): void {
    if (this.#next < FIELDS.length) this.#head(FIELDS[this.#next++]!, bytes, length);
    else if (this.#status !== null) this.#path(this.#status, bytes, length);
    // A status is one letter, at the first path behind a newline; an id is longer.
    else if (length < this.#idLength) this.#status = bytes.toString('latin1', length - 1, length);
    else this.#begin(bytes.toString('latin1'));
  }

  end(): void {
    const { commit, cut } = this.#current;
    if (commit.id === '') return;
    const left = this.#paths - this.#keptPaths;
    if (left > 0) cut.push(`${named(commit.id)}: ${left} of ${this.#paths} changed paths are left out.`);
    this.#done(this.#current);
  }

  #begin(id: string): void {
    this.end();
    this.#current = emptyCommit();
    this.#current.commit.id = id;
    this.#next = 1;
    this.#paths = this.#keptPaths = 0;
  }

  #head(field: (typeof FIELDS)[number], bytes: Buffer, length: number): void {
    const { commit, cut } = this.#current;
    switch (field) {
      case '%T':
        commit.tree = bytes.toString('latin1');
        return;
      case '%P':
        commit.parents = this.#parents(bytes, length);
        return;
      case '%an':
        commit.author.name = this.#name(bytes, length);
        return;
      case '%ae':
        commit.author.email = this.#name(bytes, length);
        return;
      case '%ad':
        Object.assign(commit.author, gitDate(bytes.toString('latin1')));
        return;
      case '%cn':
        commit.committer.name = this.#name(bytes, length);
        return;
      case '%ce':
        commit.committer.email = this.#name(bytes, length);
        return;
      case '%cd':
        Object.assign(commit.committer, gitDate(bytes.toString('latin1')));
        return;
      case '%B': {
        const { text, cutTo } = this.#budget.message(bytes, length);
        commit.message = text;
        if (cutTo !== null)
          cut.push(`${named(commit.id)}: ${cutTo} of ${length} bytes of its message are kept.`);
      }
    }
  }

  #name(bytes: Buffer, length: number): string {
    const { text, cutTo } = this.#budget.name(bytes, length);
    const { commit, cut } = this.#current;
    if (cutTo !== null) cut.push(`${named(commit.id)}: ${cutTo} of ${length} bytes of a name are kept.`);
    return text;
  }

  #parents(bytes: Buffer, length: number): string[] {
    if (length === 0) return [];
    const all = (length + 1) / (this.#idLength + 1);
    const most = this.#limits.parents;
    const { commit, cut } = this.#current;
    if (all > most) cut.push(`${named(commit.id)}: ${all - most} of its ${all} parents are left out.`);
    return bytes.toString('latin1').split(' ', most);
  }

  #path(status: string, bytes: Buffer, length: number): void {
    this.#status = null;
    this.#paths++;
    const path = this.#budget.path(bytes, length, this.#keptPaths);
    if (path === null) return;
    this.#keptPaths++;
    const { commit } = this.#current;
    // The third is M, and T where a file became a link or a submodule.
    (status === 'A' ? commit.added : status === 'D' ? commit.removed : commit.modified).push(path);
  }
}

function named(id: string): string {
  return `Commit ${id.slice(0, 12)}`;
}

function emptyCommit(): DescribedCommit {
  const nobody = (): Signature => ({ name: '', email: '', seconds: 0, offset: '+0000' });
  return {
    commit: {
      id: '',
      tree: '',
      parents: [],
      message: '',
      author: nobody(),
      committer: nobody(),
      added: [],
      removed: [],
      modified: [],
    },
    cut: [],
  };
}
