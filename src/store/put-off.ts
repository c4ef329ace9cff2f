/** Pushes that wait for another try: how often it was tried, and when the next one is due, whoever makes it. */
import type { PutOff } from '../model/push.ts';
import { type Db, write } from './database.ts';

export function putOffStore(db: Db) {
  const all = db.prepare<[], PutOff>('select name, tries, next_at, reason, since from put_off');
  const put = db.prepare(
    `insert into put_off (name, tries, next_at, reason, since) values (@name, @tries, @next_at, @reason, @since)
     on conflict (name) do update set tries = @tries, next_at = @next_at, reason = @reason`,
  );
  const remove = db.prepare('delete from put_off where name = ?');
  const known = db
    .prepare('select 1 from repository where (directory = @at or path = @at) and removed_at is null limit 1')
    .pluck();
  const hurry = db.prepare('update put_off set next_at = 0, tries = 0 where name = ?');

  return {
    all: async (): Promise<PutOff[]> => all.all(),

    /** Whether a repository has ever stood there. */
    isKnown: async (at: string): Promise<boolean> => known.get({ at }) !== undefined,

    async put(one: PutOff): Promise<void> {
      write(db, () => put.run(one));
    },

    async forget(name: string): Promise<void> {
      write(db, () => remove.run(name));
    },

    /** It is due now, and has all its tries before it. False: it does not wait for one. */
    async hurry(name: string): Promise<boolean> {
      return write(db, () => hurry.run(name).changes > 0);
    },
  };
}
