/** Webhooks, their secrets sealed. A webhook that belfry gave up on is disabled: what it is owed is held. */
import { BelfryError } from '../errors.ts';
import type { KindName } from '../kinds/kind.ts';
import type { AuthMode, Webhook, WebhookInput } from '../webhooks/webhook.ts';
import { type Db, write } from './database.ts';
import type { SecretBox } from './secret-box.ts';

/** What is needed to send. Only this holds secrets in clear; it is never printed. */
export interface Target {
  id: number;
  kind: KindName;
  url: string;
  auth: AuthMode;
  secret: string | null;
  language: Webhook['language'];
  keyword: string | null;
  timeoutMs: number | null;
}

interface Row extends Omit<Webhook, 'events' | 'branches' | 'active'> {
  events: string;
  branches: string;
  active: number;
  url_sealed: string;
  secret_sealed: string | null;
}

/** A row as the rest of belfry knows it. */
export function toWebhook(row: Row): Webhook {
  const { url_sealed: _url, secret_sealed: _secret, ...shown } = row;
  return {
    ...shown,
    events: JSON.parse(row.events),
    branches: JSON.parse(row.branches),
    active: row.active === 1,
  };
}

const COLUMNS = `id, name, scope, kind, url_sealed, url_masked, events, branches, auth, secret_sealed, language, keyword,
  timeout_ms, active, disabled_at, disabled_reason, failures, failing_since, created_at`;

export function webhookStore(db: Db, box: SecretBox) {
  const byId = db.prepare<[number], Row>(`select ${COLUMNS} from webhook where id = ?`);

  function existing(id: number): Row {
    const row = byId.get(id);
    if (row !== undefined) return row;
    throw new BelfryError('not-found', `there is no webhook ${id}`, {
      hint: '`belfry webhook list` shows them.',
    });
  }

  function target(row: Row): Target {
    return {
      id: row.id,
      kind: row.kind,
      url: box.open(row.url_sealed, urlContext(row.id)),
      auth: row.auth,
      secret: row.secret_sealed === null ? null : box.open(row.secret_sealed, secretContext(row.id)),
      language: row.language,
      keyword: row.keyword,
      timeoutMs: row.timeout_ms,
    };
  }

  return {
    async add(input: WebhookInput, masked: string, now: number): Promise<Webhook> {
      return write(db, () => {
        const { lastInsertRowid } = db
          .prepare(
            `insert into webhook (name, scope, kind, url_sealed, url_masked, events, branches, auth, language, keyword,
               timeout_ms, active, created_at, updated_at)
             values (@name, @scope, @kind, '', @masked, @events, @branches, @auth, @language, @keyword,
               @timeout_ms, @active, @now, @now)`,
          )
          .run({ ...columnsOf(input), masked, now });
        const id = Number(lastInsertRowid);
        seal(id, input);
        return toWebhook(existing(id));
      });
    },

    /** Replaces everything that an admin may set. @throws BelfryError `not-found` */
    async replace(id: number, input: WebhookInput, masked: string, now: number): Promise<Webhook> {
      return write(db, () => {
        existing(id);
        db.prepare(
          `update webhook set name = @name, scope = @scope, kind = @kind, url_masked = @masked, events = @events,
             branches = @branches, auth = @auth, language = @language, keyword = @keyword, timeout_ms = @timeout_ms,
             active = @active, updated_at = @now where id = @id`,
        ).run({ ...columnsOf(input), masked, now, id });
        seal(id, input);
        return toWebhook(existing(id));
      });
    },

    async get(id: number): Promise<Webhook> {
      return toWebhook(existing(id));
    },

    /** @throws BelfryError `not-found`; `key` when the key file is not the one that sealed it */
    async target(id: number): Promise<Target> {
      return target(existing(id));
    },

    async list(): Promise<Webhook[]> {
      return (db.prepare(`select ${COLUMNS} from webhook order by id`).all() as Row[]).map(toWebhook);
    },

    /** What it was still owed can no longer be sent, and its deliveries say why. Gives their number. */
    async remove(id: number, now: number): Promise<number> {
      return write(db, () => {
        existing(id);
        const failed = failPending(db, id, now);
        db.prepare('delete from webhook where id = ?').run(id);
        return failed;
      });
    },

    /** On again, with a clean slate: what was held is owed now. Gives the number of deliveries set free. */
    async enable(id: number, now: number): Promise<number> {
      return write(db, () => {
        existing(id);
        db.prepare(
          `update webhook set active = 1, disabled_at = null, disabled_reason = null, failures = 0,
             failing_since = null, updated_at = ? where id = ?`,
        ).run(now, id);
        return db
          .prepare(
            `update delivery set state = 'pending', next_attempt_at = ?, updated_at = ?
             where webhook_id = ? and state = 'held'`,
          )
          .run(now, now, id).changes;
      });
    },

    /** Off by the admin: nothing new is owed to it; what it is owed already is held. Gives the number held. */
    async disable(id: number, now: number): Promise<number> {
      return write(db, () => {
        existing(id);
        db.prepare('update webhook set active = 0, updated_at = ? where id = ?').run(now, id);
        return holdPending(db, id, now);
      });
    },
  };

  function seal(id: number, input: WebhookInput): void {
    db.prepare('update webhook set url_sealed = ?, secret_sealed = ? where id = ?').run(
      box.seal(input.url, urlContext(id)),
      input.secret === null ? null : box.seal(input.secret, secretContext(id)),
      id,
    );
  }
}

/** Part of a transaction: everything the webhook waits for is kept, and not sent. */
export function holdPending(db: Db, webhookId: number, now: number): number {
  return db
    .prepare(`update delivery set state = 'held', updated_at = ? where webhook_id = ? and state = 'pending'`)
    .run(now, webhookId).changes;
}

/** Part of a transaction: the webhook is gone, nothing that waited for it can be sent. */
export function failPending(db: Db, webhookId: number, now: number): number {
  return db
    .prepare(
      `update delivery set state = 'failed', next_attempt_at = null, last_error = 'the webhook was removed',
         updated_at = ? where webhook_id = ? and state in ('pending', 'held')`,
    )
    .run(now, webhookId).changes;
}

const urlContext = (id: number) => `webhook ${id} url`;
const secretContext = (id: number) => `webhook ${id} secret`;

function columnsOf(input: WebhookInput) {
  const { url: _url, secret: _secret, ...plain } = input;
  return {
    ...plain,
    events: JSON.stringify(input.events),
    branches: JSON.stringify(input.branches),
    active: input.active ? 1 : 0,
  };
}
