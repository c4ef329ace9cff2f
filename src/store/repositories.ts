/**
 * Repositories that were installed or have pushed. A row is one for ever; where its directory stands and what it is called
 * follows what is seen, as the caller judges it (`settle-names.ts`).
 */
// long: one table, with each of its queries.

import { BelfryError } from '../errors.ts';
import { nameBelow } from '../model/full-name.ts';
import type { Place } from '../model/place.ts';
import type { Repository } from '../model/repository.ts';
import { type Db, write } from './database.ts';
import {
  isOtherwise,
  REPOSITORY_COLUMNS,
  repositorySettler,
  type SeenRow,
  withIdentity,
} from './repository-rows.ts';
import type { RepositoryStore } from './store.ts';

const THERE = 'removed_at is null';
const ALL = `select ${REPOSITORY_COLUMNS}, inode, birth, device from repository where ${THERE}`;

/** The rows that could be meant by what is seen at places. */
export function concernedRows(db: Db) {
  const inList = (column: string) => `${column} in (select value from json_each(?))`;
  const concerned = db.prepare<unknown[], SeenRow>(
    `${ALL} and (${['inode', 'path', 'directory', 'full_name'].map(inList).join(' or ')}) order by id`,
  );
  return {
    concerned,
    rowsOf(places: readonly Place[]): SeenRow[] {
      const keys = [
        places.flatMap(({ identity }) => (identity === null ? [] : [identity.inode])),
        places.map(({ path }) => path),
        places.map(({ directory }) => directory),
        places.flatMap(place => (place.root === null ? [] : [nameBelow(place.root, place.path).fullName])),
      ];
      return concerned.all(...keys.map(list => JSON.stringify(list)));
    },
  };
}

export function repositoryStore(db: Db): RepositoryStore {
  const there = THERE;
  const one = (where: string) =>
    db.prepare<unknown[], Repository>(`select ${REPOSITORY_COLUMNS} from repository where ${where}`);
  const byName = one(`full_name = ? and ${there}`);
  const byId = one('id = ?');
  const { concerned, rowsOf } = concernedRows(db);
  const lost = (which: string) =>
    db.prepare<unknown[], { id: number; full_name: string; input_lost: string }>(
      `select id, full_name, input_lost from repository where input_lost is not null and ${there} and ${which}`,
    );
  const lostOf = lost('id = +?');
  const { arrange, settleRows } = repositorySettler(db);
  const everything = db.prepare<[], SeenRow>(`${ALL} order by id`);

  return {
    async settle(places, examined, asked, settleNames, now) {
      return write(db, () => {
        const known = rowsOf(places);
        const unexamined = known.map(({ path }) => path).filter(path => !examined.has(path));
        return unexamined.length > 0 ? { unexamined } : settleRows(known, places, asked, settleNames, now);
      });
    },

    async settleAll(places, settleNames, now) {
      return write(db, () => settleRows(everything.all(), places, [], settleNames, now, false));
    },

    async sameAs(place) {
      const known = rowsOf([place]);
      const [row] = known;
      if (known.length !== 1 || row === undefined || row.gone_at !== null || row.path !== place.path)
        return null;
      const fullName = place.root === null ? null : nameBelow(place.root, place.path).fullName;
      return isOtherwise(row, { place, fullName }) ? null : byId.get(row.id)!;
    },

    async knownAt(path) {
      const row = concerned.all('[]', JSON.stringify([path]), '[]', '[]')[0];
      return row === undefined ? null : { identity: withIdentity(row).identity, root: row.root };
    },

    async move(id, place) {
      return write(db, () => {
        const row = everything.all().find(one => one.id === id)!;
        for (const other of rowsOf([place])) {
          if (other.id !== id && other.path === place.path) mergeRepositories(db, other, row);
        }
        const name = place.root === null ? null : nameBelow(place.root, place.path);
        const holder = name === null ? undefined : byName.get(name.fullName);
        if (holder !== undefined && holder.id !== id && holder.path !== place.path)
          throw new BelfryError('conflict', `${name!.fullName} is the name of ${holder.path}`);
        arrange(new Map([[id, { place, fullName: name?.fullName ?? null }]]), new Map([[id, row]]));
        db.prepare('delete from root_finding where repository_id = ?').run(id);
        return byId.get(id)!;
      });
    },

    async remove(id, now) {
      return write(db, () => {
        const scope = `repository:${id}`;
        const ids = db
          .prepare<[string], number>('select id from webhook where scope = ? and active = 1')
          .pluck()
          .all(scope);
        for (const webhook of ids)
          db.prepare('update webhook set active = 0, updated_at = ? where id = ?').run(now, webhook);
        db.prepare('update repository set removed_at = ? where id = ?').run(now, id);
        db.prepare('delete from root_finding where repository_id = ?').run(id);
        return ids;
      });
    },

    async byName(fullName) {
      return byName.get(fullName) ?? null;
    },

    async byId(id) {
      return byId.get(id) ?? null;
    },

    async list() {
      const sql = `select ${REPOSITORY_COLUMNS} from repository where ${there} order by full_name`;
      return db.prepare(sql).all() as Repository[];
    },

    async inside() {
      return db
        .prepare(`select ${REPOSITORY_COLUMNS} from repository where ${there} and root is not null`)
        .all() as Repository[];
    },

    async inputsLost(id?) {
      const rows = id === undefined ? lost('gone_at is null').all() : lostOf.all(id);
      return rows.map(row => ({
        ...JSON.parse(row.input_lost),
        repository_id: row.id,
        full_name: row.full_name,
      }));
    },

    async setInputLost(id, lost) {
      const text = lost === null ? null : JSON.stringify(lost);
      db.prepare('update repository set input_lost = ? where id = ?').run(text, id);
    },

    async setHooksRemoved(directory, at) {
      const sql = `update repository set hooks_removed_at = ? where directory = ? and ${there}`;
      db.prepare(sql).run(at, directory);
    },

    async hooksAreRemoved(directory) {
      const sql = `select 1 from repository where directory = ? and hooks_removed_at is not null and ${there}`;
      return db.prepare(sql).get(directory) !== undefined;
    },

    async companies() {
      const sql = `select distinct company from repository where company is not null and ${there} order by company`;
      return db.prepare(sql).pluck().all() as string[];
    },
  };
}

interface Named {
  id: number;
  full_name: string;
}

/**
 * Part of a transaction: two rows turn out to be one repository, and what happened under the newer one belongs to the older.
 * @throws BelfryError `conflict` when the one that goes has something that cannot go along
 */
function mergeRepositories(db: Db, from: Named, into: Named): void {
  const webhooks = db.prepare('select id from webhook where scope = ? order by id').pluck();
  const ids = webhooks.all(`repository:${from.id}`) as number[];
  if (ids.length > 0) {
    throw new BelfryError('conflict', `${from.full_name} has webhooks of its own: ${ids.join(', ')}`, {
      hint: `Give them to the other one first: belfry webhook edit ${ids[0]} --repo ${into.full_name}`,
    });
  }
  if (db.prepare('select 1 from merge_request where repository_id = ?').get(from.id) !== undefined) {
    throw new BelfryError('conflict', `${from.full_name} already has merge requests of its own`, {
      hint: `Both would have a !1. Forget one of them: belfry repo remove ${into.full_name}`,
    });
  }
  for (const table of ['push', 'event', 'external_object', 'emission'])
    db.prepare(`update or ignore ${table} set repository_id = ? where repository_id = ?`).run(
      into.id,
      from.id,
    );
  // What both know already.
  for (const table of ['emission', 'external_object'])
    db.prepare(`delete from ${table} where repository_id = ?`).run(from.id);
  db.prepare('delete from repository where id = ?').run(from.id);
}
