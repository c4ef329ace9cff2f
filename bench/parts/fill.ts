/** Fills a home with what would take it months, by copying what one real push left. */
import { join } from 'node:path';
import Database from 'better-sqlite3';

/** Of a database that has one webhook for one repository: many more for other repositories, every tenth for a company. */
export function fillWebhooks(home: string, count: number): void {
  const db = new Database(join(home, 'belfry.db'));
  const columns = columnsOf(db, 'webhook').filter(name => name !== 'id' && name !== 'scope');
  db.prepare(
    `with recursive n(n) as (select 1 union all select n + 1 from n where n < ?)
     insert into webhook (scope, ${columns.join(', ')})
     select case when n % 10 = 0 then 'company:company-' || (n / 10) else 'repository:' || (n + ${OTHERS}) end,
       ${columns.join(', ')}
     from n, (select * from webhook order by id limit 1)`,
  ).run(count);
  db.close();
}

/** Ids of repositories that exist only as scopes begin above this. */
export const OTHERS = 1_000;

/** Each event went to so many webhooks. */
const WEBHOOKS_PER_EVENT = 10;

/** Of a database with one delivered push: as if that had happened over and over. */
export function fillDeliveries(home: string, count: number): void {
  const db = new Database(join(home, 'belfry.db'));
  const events = Math.ceil(count / WEBHOOKS_PER_EVENT);
  const copy = (table: string, changed: Record<string, string>, times: number) => {
    const rest = columnsOf(db, table).filter(name => !(name in changed));
    const names = [...Object.keys(changed), ...rest];
    const values = [...Object.values(changed), ...rest.map(name => `one.${name}`)];
    db.prepare(
      `with recursive n(n) as (select 1 union all select n + 1 from n where n < ?)
       insert into ${table} (${names.join(', ')})
       select ${values.join(', ')} from n, (select * from ${table} order by rowid limit 1) as one`,
    ).run(times);
  };
  const first = (table: string, column: string) =>
    db.prepare<[], number>(`select max(${column}) from ${table}`).pluck().get()!;
  const [push, event, delivery] = [first('push', 'id'), first('event', 'id'), first('delivery', 'seq')];
  db.transaction(() => {
    copy('push', { id: `${push} + n`, spool_name: `'filled-' || n` }, events);
    copy('event', { id: `${event} + n`, push_id: `${push} + n` }, events);
    const eventId = `${event} + 1 + (n - 1) / ${WEBHOOKS_PER_EVENT}`;
    copy('delivery', { seq: `${delivery} + n`, id: `printf('0-filled-%09d', n)`, event_id: eventId }, count);
    copy('attempt', { id: `${first('attempt', 'id')} + n`, delivery_seq: `${delivery} + n` }, count);
  })();
  db.pragma('wal_checkpoint(TRUNCATE)');
  db.close();
}

function columnsOf(db: Database.Database, table: string): string[] {
  return db.prepare<[string], string>('select name from pragma_table_info(?)').pluck().all(table);
}
