/**
 * The branches around a push, for what it brought that none of them had. The ledger knows them as the pushes announced so far
 * have left them; the refs may have moved on since. Where the ledger does not know them yet, the refs as they are have to do.
 */

import { BelfryError } from '../errors.ts';
import type { KnownBranches } from '../git/known-branches.ts';
import { listRefs } from '../git/look-up-refs.ts';
import { repositoryFacts } from '../git/repository-facts.ts';
import { isZeroId, type RefUpdate } from '../model/change.ts';
import type { Repository } from '../model/repository.ts';
import type { Store } from '../store/store.ts';

/** Git would have to look at each of them. */
const MOST_BRANCHES = 20_000;
const PAGE = 5_000;
const HEADS = 'refs/heads/';

export interface Around {
  row: Repository;
  /** All that the push has moved, also what is described in another part of it. */
  moved: readonly RefUpdate[];
  /** What is still in the spool. */
  unread?: (() => Promise<readonly RefUpdate[]>) | undefined;
}

export async function branchesAround({ row, moved, unread }: Around, store: Store): Promise<KnownBranches> {
  const facts = await repositoryFacts(row.directory).catch(() => null);
  const main = facts === null ? '' : `${HEADS}${facts.defaultBranch}`;
  const isKnown = (await store.ledger.baselineAt(row.id)) !== null;
  const found = await atMost(isKnown ? inLedger(row.id, store) : inRepository(row.directory));
  if (typeof found === 'string') return { main, before: found, moved };
  const before = new Map(found);
  if (!isKnown) for (const one of firstOfEach((await unread?.()) ?? [])) takeBack(before, one);
  for (const one of moved) takeBack(before, one);
  return { main, before, moved };
}

/** The ref was where it has moved from. */
function takeBack(branches: Map<string, string>, { ref, old }: RefUpdate): void {
  if (!ref.startsWith(HEADS)) return;
  if (isZeroId(old)) branches.delete(ref);
  else branches.set(ref, old);
}

/** Of all updates of a ref the one that begins where no other has led to. */
function firstOfEach(updates: readonly RefUpdate[]): RefUpdate[] {
  const reached = new Set(updates.map(one => `${one.new} ${one.ref}`));
  return updates.filter(({ old, ref }) => !reached.has(`${old} ${ref}`));
}

/** Or why not, as a sentence without an end. */
async function atMost(branches: AsyncIterable<[string, string][]>): Promise<[string, string][] | string> {
  const found: [string, string][] = [];
  try {
    for await (const some of branches) {
      for (const one of some) found.push(one);
      if (found.length > MOST_BRANCHES) return `there are more than ${MOST_BRANCHES} branches`;
    }
    return found;
  } catch (error) {
    if (error instanceof BelfryError && error.code === 'git') return error.message;
    throw error;
  }
}

async function* inLedger(repositoryId: number, store: Store): AsyncGenerator<[string, string][]> {
  for (let after = HEADS; ; ) {
    const page = await store.ledger.page(repositoryId, after, PAGE);
    const heads = page.filter(({ ref }) => ref.startsWith(HEADS));
    yield heads.map(({ ref, tip }) => [ref, tip]);
    if (heads.length < PAGE) return;
    after = heads.at(-1)!.ref;
  }
}

async function* inRepository(directory: string): AsyncGenerator<[string, string][]> {
  for await (const refs of listRefs({ repository: directory })) {
    const heads = refs.filter(({ ref }) => ref.startsWith(HEADS));
    yield heads.map(({ ref, id }) => [ref, id]);
    if (heads.length < refs.length) return;
  }
}
