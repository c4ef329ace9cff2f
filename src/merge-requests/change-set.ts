/** The merge requests that one push touches, while they change, with the events that come of it. */

import type { GitPlace } from '../git/git-process.ts';
import type { HeadCommit } from '../git/head-commit.ts';
import { type KnownRef, lookUpRefs } from '../git/look-up-refs.ts';
import { moveRefs, type RefMove } from '../git/move-refs.ts';
import {
  buildMergeRequest,
  type MergeRequestAction,
  type MergeRequestSource,
} from '../gitee/build-merge-request.ts';
import type { EventContent } from '../gitee/event.ts';
import type { MergeRequestFacts } from '../gitee/merge-request.ts';
import type { RefUpdate } from '../model/change.ts';
import type { MergeRequestRecord } from '../model/merge-request.ts';
import type { Repository } from '../model/repository.ts';
import { headRef, mergeRef } from '../model/request-refs.ts';
import { measure, TARGET_GONE, tryMerge } from './examine-request.ts';

export interface RequestPush {
  row: Repository;
  /** All refs of the push. */
  updates: readonly RefUpdate[];
  /** Branches that lost commits. */
  forced: ReadonlySet<string>;
  options: readonly string[];
  pusherId: number;
  pushedAt: number;
  recovered: boolean;
  /** Whether `mergeRequestFacts` are to have what only payloads of forges need. */
  wantsFacts?: boolean;
  /** Whether they are to have the paths. */
  wantsPaths?: boolean;
}

/** What an event about a request of this author is built from. */
export type SourceOf = (authorId: number) => Promise<MergeRequestSource>;

export class ChangeSet {
  readonly events: EventContent[] = [];
  readonly notes: string[] = [];
  readonly place: GitPlace;
  readonly #push: RequestPush;
  readonly #sourceOf: SourceOf;
  readonly #records: Map<number, MergeRequestRecord>;
  readonly #touched = new Set<number>();
  /** What the heads say of themselves, by their ids. */
  readonly #heads = new Map<string, HeadCommit | null>();
  /** As they are now: later pushes may have moved them already. */
  readonly #refs: Map<string, KnownRef>;

  private constructor(
    push: RequestPush,
    sourceOf: SourceOf,
    records: MergeRequestRecord[],
    refs: Map<string, KnownRef>,
  ) {
    this.place = { repository: push.row.directory };
    this.#push = push;
    this.#sourceOf = sourceOf;
    this.#records = new Map(records.map(record => [record.number, record]));
    this.#refs = refs;
  }

  /** @throws BelfryError `git` */
  static async open(
    push: RequestPush,
    sourceOf: SourceOf,
    records: MergeRequestRecord[],
  ): Promise<ChangeSet> {
    const refs = records.flatMap(({ number, target }) => [
      `refs/heads/${target}`,
      headRef(number),
      mergeRef(number),
    ]);
    const known = await lookUpRefs({ repository: push.row.directory }, refs);
    return new ChangeSet(push, sourceOf, records, known);
  }

  get(number: number): MergeRequestRecord | undefined {
    return this.#records.get(number);
  }

  openOn(target: string): MergeRequestRecord[] {
    return [...this.#records.values()].filter(one => one.state === 'open' && one.target === target);
  }

  /** Those that are not as they were. */
  changed(): MergeRequestRecord[] {
    return [...this.#records.values()].filter(({ number }) => this.#touched.has(number));
  }

  tipNow(branch: string): string | null {
    return this.#refs.get(`refs/heads/${branch}`)?.id ?? null;
  }

  headNow(number: number): string | null {
    return this.#refs.get(headRef(number))?.id ?? null;
  }

  put(record: MergeRequestRecord): void {
    this.#records.set(record.number, record);
    this.#touched.add(record.number);
  }

  /** @param tip of the target; null: it is gone @param again whether what it brings must be counted anew */
  async examine(record: MergeRequestRecord, tip: string | null, again: boolean): Promise<MergeRequestRecord> {
    if (tip === null) return { ...record, ...TARGET_GONE };
    const { number, target, head } = record;
    const measured = again ? await measure(this.place, tip, head) : null;
    const there = this.#refs.get(mergeRef(number));
    const { merging, note } = await tryMerge(this.place, { number, target }, { target: tip, head }, there);
    for (const text of measured?.notes ?? []) this.notes.push(`!${number}: ${text}`);
    if (note !== null) this.notes.push(`!${number}: whether it could be merged is unknown: ${note}`);
    return { ...record, base: tip, ...measured?.totals, ...merging };
  }

  /** @param oldHead given when the head has moved */
  async happened(
    record: MergeRequestRecord,
    action: MergeRequestAction,
    { inferred = false, oldHead }: { inferred?: boolean; oldHead?: string } = {},
  ): Promise<void> {
    const { pusherId, pushedAt, recovered, wantsFacts = false, wantsPaths = false } = this.#push;
    const after = { ...record, updated_by: pusherId, updated_at: pushedAt };
    this.put(after);
    const source = await this.#sourceOf(after.author_id);
    const more = wantsFacts ? await this.#moreFacts(after.head, oldHead) : {};
    const paths = wantsPaths ? await this.#pathsOf(after) : {};
    this.events.push(buildMergeRequest(after, action, source, { inferred, recovered, ...more, ...paths }));
  }

  async #moreFacts(head: string, oldHead: string | undefined): Promise<Partial<MergeRequestFacts>> {
    const { headCommit } = await import('../git/head-commit.ts');
    const known = this.#heads.get(head);
    const found = known === undefined ? await headCommit(this.#push.row.directory, head) : known;
    this.#heads.set(head, found);
    return {
      ...(oldHead === undefined ? {} : { old_head: oldHead }),
      ...(found === null ? {} : { head_commit: found }),
    };
  }

  async #pathsOf({ base, head }: MergeRequestRecord): Promise<Pick<MergeRequestFacts, 'paths'>> {
    const { changedFiles } = await import('../git/changed-files.ts');
    const paths = await changedFiles(this.place, base, head);
    return paths === null ? {} : { paths };
  }

  async merged(record: MergeRequestRecord, commit: string, inferred: boolean): Promise<void> {
    const at = this.#push.pushedAt;
    const merging = { merge_status: 'can_be_merged', mergeable: true, merge_commit: commit } as const;
    if (inferred) this.notes.push(`!${record.number} is merged by ${commit}: inferred from its content`);
    const after = { ...record, ...merging, state: 'merged' as const, closed_at: at, merged_at: at };
    await this.happened(after, { action: 'merge' }, { inferred });
  }

  /** The trial merges become refs, where nothing has moved since they were computed; a merged one is the merge itself. */
  async moveTrialMerges(): Promise<void> {
    const moves: RefMove[] = [];
    for (const { number, target, head, base, state, merge_commit } of this.changed()) {
      const there = this.#refs.get(mergeRef(number))?.id ?? null;
      const tip = this.tipNow(target);
      if (state === 'closed' || there === merge_commit) continue;
      if (this.headNow(number) !== head) continue;
      if (state === 'open' && tip !== null && tip !== base) continue;
      moves.push({ ref: mergeRef(number), to: merge_commit, from: there });
    }
    const problem = await moveRefs(this.place, moves);
    if (problem !== null) this.notes.push(`trial merges are left to a later push: ${problem}`);
  }
}
