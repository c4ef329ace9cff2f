/** Two rows turn out to be one repository: what happened under the newer one belongs to the older. */
import { BelfryError } from '../errors.ts';
import type { Db } from './database.ts';

interface Named {
  id: number;
  full_name: string;
}

/** Part of a transaction. @throws BelfryError `conflict` when the one that goes has something that cannot go along */
export function mergeRepositories(db: Db, from: Named, into: Named): void {
  const webhooks = db.prepare('select id from webhook where scope = ? order by id').pluck();
  const ids = webhooks.all(`repository:${from.id}`) as number[];
  if (ids.length > 0) {
    throw new BelfryError('conflict', `${from.full_name} has webhooks of its own: ${ids.join(', ')}`, {
      hint: `Give them to the other one first: belfry webhook edit ${ids[0]} --repo ${into.full_name}`,
    });
  }
  if (db.prepare('select 1 from merge_request where repository_id = ?').get(from.id) !== undefined) {
    throw new BelfryError('conflict', `${from.full_name} has merge requests of its own by now`, {
      hint: `Both would have a !1. Forget one of them: belfry repo remove ${into.full_name}`,
    });
  }
  for (const table of ['push', 'event', 'thing', 'emission'])
    db.prepare(`update or ignore ${table} set repository_id = ? where repository_id = ?`).run(
      into.id,
      from.id,
    );
  // What both know already.
  for (const table of ['emission', 'thing'])
    db.prepare(`delete from ${table} where repository_id = ?`).run(from.id);
  db.prepare('delete from repository where id = ?').run(from.id);
}
