/** What has to be asked about each ref update, once it is known which of its objects are still there and what they are. */
import { BelfryError } from '../errors.ts';
import { isZeroId, type RefUpdate } from '../model/change.ts';
import type { FoundObject } from './find-objects.ts';
import { Unread } from './object-reader.ts';

export interface UpdatePlan {
  update: RefUpdate;
  kind: 'branch' | 'tag';
  created: boolean;
  deleted: boolean;
  /** Commit at the new tip. */
  head: string | null;
  /** Commit at a branch's old tip, to compare with. */
  base: string | null;
  /** An updated branch's old tip is gone, so that the update has taken it away; or it cannot be read, and nobody knows. */
  baseLost: 'gone' | 'unread' | null;
  /** The tag object of an annotated tag. */
  tag: string | null;
  /** What cannot be said, one sentence each. */
  cut: string[];
}

/** They go to git as lines of its input. @throws BelfryError `invalid` */
export function checkIds(updates: readonly RefUpdate[]): void {
  const length = updates[0]?.new.length;
  for (const { old, new: tip } of updates) {
    for (const id of [old, tip]) {
      if (/^([0-9a-f]{40}|[0-9a-f]{64})$/.test(id) && id.length === length) continue;
      throw new BelfryError(
        'invalid',
        `a ref update needs object ids of 40 or 64 hex digits, got ${JSON.stringify(id.slice(0, 80))}`,
      );
    }
  }
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

export function planUpdate(
  update: RefUpdate,
  objects: ReadonlyMap<string, FoundObject | Unread>,
): UpdatePlan {
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
    baseLost: null,
    tag: null,
    cut: [],
  };
  if (deleted) return plan;

  const tip = objects.get(update.new)!;
  const target = kind === 'tag' ? objects.get(peeled(update.new))! : tip;
  if (tip instanceof Unread) plan.cut.push(`The new tip ${short(update.new)} ${tip.reason}.`);
  else if (target instanceof Unread)
    plan.cut.push(`What the tag ${short(update.new)} stands for ${target.reason}.`);
  else if (target.type === 'commit') plan.head = target.id;
  if (!(tip instanceof Unread) && tip.type === 'tag' && kind === 'tag') plan.tag = tip.id;
  if (kind === 'tag' || created || plan.head === null) return plan;

  const old = objects.get(update.old)!;
  if (!(old instanceof Unread) && old.type === 'commit') plan.base = update.old;
  else {
    const reason = old instanceof Unread ? old.reason : `is a ${old.type}`;
    plan.baseLost = old instanceof Unread && old.cause !== null ? 'unread' : 'gone';
    const taken = plan.baseLost === 'gone' ? ', of those taken away only the old tip' : '';
    plan.cut.push(
      `The old tip ${short(update.old)} ${reason}: of the new commits only the tip is described and counted${taken}.`,
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
