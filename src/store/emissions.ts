/** Events of other systems: the ids that external objects have here, and the event with its deliveries. */

import type { ExternalObject } from '../model/external-object.ts';
import { type Db, write } from './database.ts';
import { eventRecorder } from './events.ts';
import type { EmissionStore } from './store.ts';

/** Ids start where Gitee's issue numbers have five digits (I10000), far above those of merge requests from Git. */
const FIRST_EXTERNAL_ID = 36 ** 4;

export function emissionStore(db: Db): EmissionStore {
  const recordEvents = eventRecorder(db);
  const known = db
    .prepare<[number, string], number>('select event_id from emission where repository_id = ? and key = ?')
    .pluck();
  const keep = db.prepare(
    `insert into external_object (repository_id, kind, tracker, external_id, number, last_known, first_seen_at)
     values (@repositoryId, @kind, @tracker, @externalId, @number, @lastKnown, @now)
     on conflict do update set number = coalesce(excluded.number, number),
       last_known = coalesce(excluded.last_known, last_known)`,
  );
  const find = db.prepare<unknown[], ExternalObject>(
    `select id + ${FIRST_EXTERNAL_ID} as id, number, last_known as lastKnown, first_seen_at as firstSeenAt from external_object
     where repository_id = @repositoryId and kind = @kind and tracker = @tracker and external_id = @externalId`,
  );

  return {
    async externalObject(repositoryId, key, now) {
      const { number = null, lastKnown = null } = key;
      const row = { repositoryId, ...key, number, lastKnown, now };
      const seen = find.get(row);
      const same = number === (seen?.number ?? null) && lastKnown === (seen?.lastKnown ?? null);
      if (seen !== undefined && (same || (number === null && lastKnown === null))) return seen;
      return write(db, () => {
        keep.run(row);
        return find.get(row)!;
      });
    },

    async known(repositoryId, key) {
      return known.get(repositoryId, key) ?? null;
    },

    async record({ repository, key, event }, deliveriesFor, now) {
      return write(db, () => {
        const before = key === null ? undefined : known.get(repository.id, key);
        if (before !== undefined) return { fresh: false, eventId: before, deliveries: 0 };
        const { eventIds, deliveries } = recordEvents(repository, null, [event], deliveriesFor, now);
        const eventId = eventIds[0]!;
        if (key !== null)
          db.prepare('insert into emission (repository_id, key, event_id) values (?, ?, ?)').run(
            repository.id,
            key,
            eventId,
          );
        return { fresh: true, eventId, deliveries };
      });
    },

    async lastPushAt(repositoryId) {
      const sql = 'select pushed_at from push where repository_id = ? order by id desc limit 1';
      return (db.prepare(sql).pluck().get(repositoryId) as number | undefined) ?? null;
    },
  };
}
