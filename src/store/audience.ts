/** Who hears of a repository: the webhooks in whose scope it is. */
import type { KindName } from '../model/names.ts';
import { type Subscriber, scopesOf } from '../model/webhook.ts';
import type { Db } from './database.ts';
import type { WebhookStore } from './store.ts';
import { COLUMNS, listsOf, type Stored, toWebhook, type WebhookRow } from './webhook-rows.ts';

const IN_SCOPE = 'scope in (select value from json_each(?))';

export function audienceOf(db: Db): Pick<WebhookStore, 'audience' | 'inScope'> {
  const heardBy = db.prepare<[string], { kind: KindName; paths: number; skip: number; latest: number }>(
    `select kind, max(paths <> '[]') as paths, max(skip_ci) as skip, max(latest_only is not null) as latest
     from webhook where active = 1 and ${IN_SCOPE} group by kind order by kind`,
  );
  return {
    async audience(repository) {
      const found = heardBy.all(JSON.stringify(scopesOf(repository)));
      return {
        kinds: found.map(({ kind }) => kind),
        paths: found.some(({ paths }) => paths === 1),
        skipCi: found.some(({ skip }) => skip === 1),
        latest: found.some(({ latest }) => latest === 1),
      };
    },

    async inScope(repository) {
      const rows = db
        .prepare(`select ${COLUMNS.join(', ')} from webhook where ${IN_SCOPE} order by id`)
        .all(JSON.stringify(scopesOf(repository))) as WebhookRow[];
      return rows.map(toWebhook);
    },
  };
}

/** Part of a transaction: those in these scopes that are switched on, in the order in which they were made. */
export function subscriberReader(db: Db): (scopes: readonly string[]) => Subscriber[] {
  const inScope = db.prepare<[string], Stored<Subscriber>>(
    `select id, name, scope, kind, events, repos, branches, tags, paths, pushers, skip_ci, latest_only, disabled_at,
       custom ->> 'payload' as payload from webhook
     where active = 1 and ${IN_SCOPE} order by id`,
  );
  return scopes =>
    inScope.all(JSON.stringify(scopes)).map(row => ({ ...row, ...listsOf(row), skip_ci: row.skip_ci === 1 }));
}
