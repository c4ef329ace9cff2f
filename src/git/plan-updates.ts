/** What has to be asked about each ref update, once it is known which of its objects are still there and what they are. */
import { isZeroId, type RefUpdate } from '../events/change.ts';
import type { FoundObject } from './find-objects.ts';

export interface UpdatePlan {
  update: RefUpdate;
  kind: 'branch' | 'tag';
  created: boolean;
  deleted: boolean;
  /** Commit at the new tip. */
  head: string | null;
  /** Commit at a branch's old tip, to compare with. */
  base: string | null;
  /** An updated branch's old tip is gone. */
  baseLost: boolean;
  /** The tag object of an annotated tag. */
  tag: string | null;
  /** What cannot be told, one sentence each. */
  cut: string[];
}

/** What `findObjects` has to be asked for. */
export function namesToFind(updates: readonly RefUpdate[]): string[] {
  const names = updates.flatMap(update => {
    if (isZeroId(update.new)) return [];
    if (isTag(update)) return [update.new, peeled(update.new)];
    return isZeroId(update.old) ? [update.new] : [update.new, update.old];
  });
  return [...new Set(names)];
}

export function planUpdate(update: RefUpdate, objects: ReadonlyMap<string, FoundObject | null>): UpdatePlan {
  const kind = isTag(update) ? 'tag' : 'branch';
  const deleted = isZeroId(update.new);
  const created = !deleted && isZeroId(update.old);
  const plan: UpdatePlan = {
    update,
    kind,
    created,
    deleted,
    head: null,
    base: null,
    baseLost: false,
    tag: null,
    cut: [],
  };
  if (deleted) return plan;

  const tip = objects.get(update.new) ?? null;
  const target = kind === 'tag' ? (objects.get(peeled(update.new)) ?? null) : tip;
  if (target?.type === 'commit') plan.head = target.id;
  if (tip?.type === 'tag' && kind === 'tag') plan.tag = tip.id;
  if (tip === null) plan.cut.push(`The new tip ${short(update.new)} is missing from the repository.`);
  else if (target === null)
    plan.cut.push(`What the tag ${short(update.new)} stands for is missing from the repository.`);
  if (kind === 'tag' || created || plan.head === null) return plan;

  if (objects.get(update.old)?.type === 'commit') plan.base = update.old;
  else {
    plan.baseLost = true;
    plan.cut.push(
      `The old tip ${short(update.old)} is missing from the repository: of the new commits only the tip is described and counted, of those taken away only the old tip.`,
    );
  }
  return plan;
}

function isTag(update: RefUpdate): boolean {
  return update.ref.startsWith('refs/tags/');
}

function peeled(id: string): string {
  return `${id}^{}`;
}

function short(id: string): string {
  return id.slice(0, 12);
}
