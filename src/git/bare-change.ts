/** What is said of a ref update when nothing of its objects may be read, or can be: the bare facts of the push itself. */
import { isZeroId, type RefChange, type RefUpdate } from '../model/change.ts';

/**
 * The ref, before and after; no commit, no list and no count. Whether it was forced nobody can say without the commits,
 * except of a tag: one that moves is forced.
 * @param note one plain sentence that says why there is no more
 */
export function bareChange(update: RefUpdate, note: string): RefChange {
  const kind = update.ref.startsWith('refs/tags/') ? 'tag' : 'branch';
  const deleted = isZeroId(update.new);
  const created = !deleted && isZeroId(update.old);
  return {
    ref: update.ref,
    kind,
    old: update.old,
    new: update.new,
    created,
    deleted,
    forced: kind === 'tag' && !created && !deleted && update.old !== update.new,
    head: null,
    commits: [],
    total: null,
    removed: 0,
    tag: null,
    cut: [note],
  };
}
