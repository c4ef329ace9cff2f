/** Housekeeping: finished deliveries go by age and by number, in small batches so that nobody waits for the lock. */

import { type Db, write } from './database.ts';
import type { PruneStore } from './store.ts';

const BATCH = 500;
const FINISHED = new Set(['delivered', 'failed', 'merged']);

export function pruneStore(db: Db): PruneStore {
  const deliveries = db.prepare<
    [number],
    { seq: number; state: string; created_at: number; event_id: number }
  >(`select seq, state, created_at, event_id from delivery where seq > ? order by seq limit ${BATCH}`);
  const events = db.prepare<[number], { id: number; created_at: number }>(
    `select id, created_at from event where id > ? order by id limit ${BATCH}`,
  );
  const newestSeq = db.prepare('select max(seq) from delivery').pluck();
  const deleteDelivery = db.prepare('delete from delivery where seq = ?');
  const pushOf = db.prepare<[number], number | null>('select push_id from event where id = ?').pluck();
  // All events of a push go together: a robot's message names one of them and carries the others. A digest carries
  // those of other pushes too.
  const deleteOfPush = db.prepare(
    `delete from event where push_id = @push
       and not exists (select 1 from delivery where event_id in (select id from event where push_id = @push))
       and id not in (select value from delivery, json_each(event_ids)
                      where digest = 1 and state not in ('delivered', 'merged'))`,
  );
  const deleteAlone = db.prepare(
    'delete from event where id = ? and not exists (select 1 from delivery where event_id = event.id)',
  );
  const deletePushes = db.prepare(
    `delete from push where id in (select id from push where pushed_at < ?
       and not exists (select 1 from event where push_id = push.id) order by pushed_at limit ${BATCH})`,
  );

  // Those of repositories stay: there are few, and a repository is known for ever.
  const deletePatterns = db.prepare(
    `delete from pattern where owner in (
       select owner from (select distinct owner from pattern where owner >= 'webhook:' and owner < 'webhook;')
       where substr(owner, 9) + 0 not in (select id from webhook)
         and not exists (select 1 from delivery where webhook_id = substr(owner, 9) + 0))`,
  );

  /** Gives how many of these events, and of those that belong to them, nobody needed any more. */
  function deleteUnused(ids: number[]): number {
    const pushes = new Set<number>();
    let deleted = 0;
    for (const id of ids) {
      const push = pushOf.get(id);
      if (push === null) deleted += deleteAlone.run(id).changes;
      else if (push !== undefined) pushes.add(push);
    }
    for (const push of pushes) deleted += deleteOfPush.run({ push }).changes;
    return deleted;
  }

  return {
    async step(from, before, most) {
      return write(db, () => {
        const surplus = ((newestSeq.get() as number | null) ?? 0) - most;
        const seen = deliveries
          .all(from.deliveries)
          .filter(row => row.created_at < before || row.seq <= surplus);
        const gone = seen.filter(row => FINISHED.has(row.state) || isOldHeld(row, before));
        for (const row of gone) deleteDelivery.run(row.seq);
        const old = events.all(from.events).filter(row => row.created_at < before);
        const unused = deleteUnused([...gone.map(row => row.event_id), ...old.map(row => row.id)]);
        const pushes = deletePushes.run(before).changes;
        const more = seen.length === BATCH || old.length === BATCH || pushes === BATCH;
        if (!more) deletePatterns.run();
        const next = {
          deliveries: seen.at(-1)?.seq ?? from.deliveries,
          events: old.at(-1)?.id ?? from.events,
        };
        return { removed: gone.length + unused + pushes, next: more ? next : null };
      });
    },

    async shrink() {
      db.pragma('incremental_vacuum(2000)');
      db.pragma('wal_checkpoint(PASSIVE)');
    },
  };
}

/** Somebody may still enable the webhook: only age makes that pointless. */
function isOldHeld({ state, created_at }: { state: string; created_at: number }, before: number): boolean {
  return state === 'held' && created_at < before;
}
