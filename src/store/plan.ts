/** Does what a file wants, in one transaction: webhooks, users, settings, roots, and the repositories that it names. */
import type { Planned, PlannedUser, PlannedWebhook, RootDetails } from '../model/planned.ts';
import type { WebhookInput } from '../model/webhook.ts';
import { type Db, write } from './database.ts';
import { concernedRows } from './repositories.ts';
import { repositorySettler } from './repository-rows.ts';
import type { SecretBox } from './secret-box.ts';
import { writeSetting } from './settings.ts';
import type { PlanStore } from './store.ts';
import { userWriter } from './users.ts';
import { webhookWriter } from './webhook-writer.ts';

/** Takes back what the transaction has done so far. */
class Unexamined extends Error {
  readonly paths: string[];
  constructor(paths: string[]) {
    super('paths have to be examined first');
    this.paths = paths;
  }
}

export function planStore(db: Db, box: SecretBox): PlanStore {
  function registered(
    { places, examined }: Planned,
    settleNames: Parameters<PlanStore['apply']>[1],
    now: number,
  ): Map<string, number> {
    if (places.length === 0) return new Map();
    const known = concernedRows(db).rowsOf(places);
    const unexamined = known.map(({ path }) => path).filter(path => !examined.has(path));
    if (unexamined.length > 0) throw new Unexamined(unexamined);
    const asked = places.map(({ path }) => path);
    const { rows } = repositorySettler(db).settleRows(known, places, asked, settleNames, now);
    // One that turned out to be a part of another one has no row of its own.
    return new Map(rows.flatMap((row, at) => (row === undefined ? [] : [[asked[at]!, row.id] as const])));
  }

  return {
    async apply(planned, settleNames, now) {
      const webhooks = webhookWriter(db, box);
      try {
        return write(db, () => {
          putRoots(db, planned);
          const ids = registered(planned, settleNames, now);
          for (const [key, text] of planned.settings) writeSetting(db, box, key, text);
          putUsers(db, planned.users, now);
          let failed = 0;
          for (const { id, revision } of planned.removed) failed += webhooks.remove(id, now, revision);
          const put = (one: PlannedWebhook): number => {
            const input = inScope(one, ids);
            if (one.id === null) return webhooks.insert(input, one.masked, now);
            webhooks.replace(one.id, input, one.masked, now, one.revision ?? undefined);
            return one.id;
          };
          return { webhooks: planned.webhooks.map(put), failed };
        });
      } catch (error) {
        if (error instanceof Unexamined) return { unexamined: error.paths };
        throw error;
      }
    },
  };
}

function inScope({ input, place }: PlannedWebhook, ids: ReadonlyMap<string, number>): WebhookInput {
  return place === null ? input : { ...input, scope: `repository:${ids.get(place)}` };
}

function putRoots(db: Db, { roots, removedRoots }: Pick<Planned, 'roots' | 'removedRoots'>): void {
  for (const path of removedRoots) db.prepare('delete from root where path = ?').run(path);
  const put = db.prepare<[RootDetails & { all: number }]>(
    `insert into root (path, all_updates, merge_requests) values (@path, @all, @merge_requests)
     on conflict (path) do update set all_updates = @all, merge_requests = @merge_requests`,
  );
  for (const { path, all_updates, merge_requests } of roots)
    put.run({ path, all_updates, merge_requests, all: Number(all_updates) });
}

/** An address may go from one to another of them. */
function putUsers(db: Db, users: readonly PlannedUser[], now: number): void {
  if (users.length === 0) return;
  const { add, byLogin, setEmails } = userWriter(db);
  const ids = users.map(({ login, name }) => {
    const id = byLogin.get(login)?.id ?? add(login, name ?? login, now)!;
    if (name !== undefined) db.prepare('update user set name = ? where id = ?').run(name, id);
    return id;
  });
  const given = users.flatMap(({ emails }, at) => (emails === undefined ? [] : [{ id: ids[at]!, emails }]));
  for (const { id } of given) setEmails(id, []);
  for (const { id, emails } of given) setEmails(id, emails);
}
