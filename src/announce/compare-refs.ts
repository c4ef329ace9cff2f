/**
 * Compares the refs as they are with the ledger: two streams in the same order, so that half a million refs are held
 * neither once nor twice, only what differs.
 */

import { linkedRefs } from '../git/linked-refs.ts';
import { listRefs, type RefTip } from '../git/look-up-refs.ts';
import type { RefUpdate } from '../model/change.ts';
import type { LedgerEntry } from '../model/ledger.ts';
import type { Repository } from '../model/repository.ts';
import type { Store } from '../store/store.ts';

const PAGE = 5_000;

/** What was never announced, as ref updates. @throws BelfryError `git` */
export async function compareRefs(row: Repository, store: Store): Promise<RefUpdate[]> {
  const differences: RefUpdate[] = [];
  const linked = await linkedRefs(row.directory);
  const isLinked = (ref: string) =>
    linked.some(one => ref === one || (one.endsWith('/') && ref.startsWith(one)));
  const ledger = new LedgerReader(row.id, store);
  let known = await ledger.next();
  for await (const refs of listRefs({ repository: row.directory })) {
    for (const ref of refs) {
      // A name that is no UTF-8 stands in the ledger in another form: only its own hook can announce it.
      if (ref.ref.includes('\ufffd') || (linked.length > 0 && isLinked(ref.ref))) continue;
      while (known !== null && order(known.ref, ref.ref) < 0) {
        differences.push(gone(known));
        known = await ledger.next();
      }
      if (known === null || known.ref !== ref.ref) differences.push(made(ref));
      else {
        if (known.tip !== ref.id) differences.push({ old: known.tip, new: ref.id, ref: ref.ref });
        known = await ledger.next();
      }
    }
  }
  for (; known !== null; known = await ledger.next()) differences.push(gone(known));
  // What such a ref was before stays in the ledger, until it is one of the repository's own again.
  return linked.length === 0 ? differences : differences.filter(({ ref }) => !isLinked(ref));
}

class LedgerReader {
  readonly #repositoryId: number;
  readonly #store: Store;
  #page: LedgerEntry[] = [];
  #at = 0;
  #after = '';

  constructor(repositoryId: number, store: Store) {
    this.#repositoryId = repositoryId;
    this.#store = store;
  }

  async next(): Promise<LedgerEntry | null> {
    if (this.#at === this.#page.length) {
      this.#page = await this.#store.ledger.page(this.#repositoryId, this.#after, PAGE);
      this.#at = 0;
      this.#after = this.#page.at(-1)?.ref ?? this.#after;
    }
    const entry = this.#page[this.#at++];
    if (entry === undefined) return null;
    return entry.ref.includes('\ufffd') ? this.next() : entry;
  }
}

/** Git and SQLite order by bytes; JavaScript by UTF-16 units, which differs only beyond ASCII. */
function order(a: string, b: string): number {
  return NOT_ASCII.test(a + b) ? Buffer.compare(Buffer.from(a), Buffer.from(b)) : a < b ? -1 : a > b ? 1 : 0;
}

const NOT_ASCII = /[^\x00-\x7f]/;

function gone({ ref, tip }: LedgerEntry): RefUpdate {
  return { old: tip, new: '0'.repeat(tip.length), ref };
}

function made({ ref, id }: RefTip): RefUpdate {
  return { old: '0'.repeat(id.length), new: id, ref };
}
