/** The ref check: what of a repository's refs was never announced, and its announcement as recovered. */

import { type LostHead, lostHeads } from '../merge-requests/lost-heads.ts';
import type { RefUpdate } from '../model/change.ts';
import type { Repository } from '../model/repository.ts';
import { type AnnounceDeps, type Announced, announce } from './announce.ts';
import { compareRefs } from './compare-refs.ts';
import { inParts } from './in-parts.ts';

/** Nobody knows who moved a branch or a tag. */
export type Unannounced = RefUpdate & Partial<Pick<LostHead, 'by'>>;

/** Without a look at pushes that are under way: they are told once, here or by their hooks. @throws BelfryError `git` */
export async function checkRefs(row: Repository, deps: AnnounceDeps): Promise<Announced[]> {
  const updates = await unannounced(row, deps);
  return updates.length === 0 ? [] : announceAll(row, updates, deps);
}

export async function unannounced(row: Repository, { store }: AnnounceDeps): Promise<Unannounced[]> {
  return [...(await compareRefs(row, store)), ...(await lostHeads(row, store))];
}

/** One push for each who did it; branches first, since they may have merged a request. */
export async function announceAll(
  row: Repository,
  updates: Unannounced[],
  deps: AnnounceDeps,
): Promise<Announced[]> {
  const now = deps.now();
  const told: Announced[] = [];
  for (const [by, mine] of Map.groupBy(updates, one => one.by)) {
    const name = `scan-${row.id}-${now}${by === undefined ? '' : `-${told.length}`}`;
    const pusher = by === undefined ? null : { login: by };
    const what = { row, pushedAt: now, pusher, options: [], recovered: true };
    told.push(await inParts(name, mine, part => announce({ ...what, ...part }, deps)));
  }
  return told;
}
