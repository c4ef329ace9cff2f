/** The table `webhook`: what stands in a row, what the rest of belfry sees of it, and what of it is sealed. */
import { createHash } from 'node:crypto';
import { BelfryError } from '../errors.ts';
import { maskProxy } from '../masking/mask-url.ts';
import { NO_PROXY, PLAIN_REACH } from '../model/reach.ts';
import type { Subscriber, Target, Webhook, WebhookInput, WebhookSettings } from '../model/webhook.ts';
import type { Db } from './database.ts';
import type { SecretBox } from './secret-box.ts';

/** What an admin sets and everybody may see. */
const SET: (keyof WebhookSettings)[] = [
  'name',
  'scope',
  'kind',
  'events',
  'branches',
  'auth',
  'language',
  'keyword',
  'timeout_ms',
  'active',
];
/** Of how it is reached, what is stored as it is. */
const REACH = ['ca', 'client_cert', 'insecure'] as const;
/** What the worker finds out. */
const FOUND = ['disabled_at', 'disabled_reason', 'failures', 'failing_since', 'last_timestamp'] as const;
const OTHERS = ['url_masked', 'proxy_masked', 'old_secret_until', 'token_from', 'created_at'] as const;

/** Column, and what binds a sealed text to its place. */
export const SEALED = {
  url: ['url_sealed', (id: number) => `webhook ${id} url`],
  secret: ['secret_sealed', (id: number) => `webhook ${id} secret`],
  oldSecret: ['old_secret_sealed', (id: number) => `webhook ${id} old secret`],
  proxy: ['proxy_sealed', (id: number) => `webhook ${id} proxy`],
  clientKey: ['client_key_sealed', (id: number) => `webhook ${id} client key`],
} as const;
type SealedPlace = keyof typeof SEALED;
type SealedColumn = (typeof SEALED)[SealedPlace][0];

export const COLUMNS = [
  'id',
  ...SET,
  ...FOUND,
  ...REACH,
  ...OTHERS,
  ...Object.values(SEALED).map(([name]) => name),
];

/** SQLite knows neither lists nor truth: JSON and numbers stand for them. */
type Stored<T> = { [K in keyof T]: T[K] extends unknown[] ? string : T[K] extends boolean ? number : T[K] };

export interface WebhookRow
  extends Stored<Omit<Webhook, 'proxy'>>,
    Record<Exclude<SealedColumn, 'url_sealed'>, string | null> {
  url_sealed: string;
  proxy_masked: string | null;
  last_timestamp: number;
}

export function toWebhook(row: WebhookRow): Webhook {
  const { proxy_masked: proxy, last_timestamp: _stamp, ...rest } = row;
  const shown: Partial<WebhookRow> = rest;
  for (const [column] of Object.values(SEALED)) delete shown[column];
  return {
    ...(shown as typeof rest),
    ...listsOf(row),
    active: row.active === 1,
    insecure: row.insecure === 1,
    proxy,
  };
}

function listsOf(row: { events: string; branches: string }): Pick<Webhook, 'events' | 'branches'> {
  return { events: JSON.parse(row.events), branches: JSON.parse(row.branches) };
}

/** Names of the plain columns that an admin's input fills, and their values. */
export const INPUT_COLUMNS = [...SET, ...REACH];

export function columnsOf(input: WebhookInput): Record<string, string | number | null> {
  const values = { ...input, ...(input.reach ?? PLAIN_REACH) };
  return Object.fromEntries(
    INPUT_COLUMNS.map(name => {
      const value = values[name];
      const isList = Array.isArray(value);
      return [name, isList ? JSON.stringify(value) : typeof value === 'boolean' ? Number(value) : value];
    }),
  );
}

/** Another one whenever somebody has changed what an admin, or a new key, changes; not what the worker finds out. */
export function revisionOf(row: WebhookRow): string {
  const set: Partial<WebhookRow> = { ...row };
  for (const column of FOUND) delete set[column];
  return createHash('sha256').update(JSON.stringify(set)).digest('hex');
}

/** Part of a transaction: those in these scopes that are switched on, in the order in which they were made. */
export function subscriberReader(db: Db): (scopes: readonly string[]) => Subscriber[] {
  const inScope = db.prepare<[string], Stored<Subscriber>>(
    `select id, kind, events, branches, disabled_at from webhook
     where active = 1 and scope in (select value from json_each(?)) order by id`,
  );
  return scopes => inScope.all(JSON.stringify(scopes)).map(row => ({ ...row, ...listsOf(row) }));
}

/** @throws BelfryError `key` when the key file is not the one that sealed it */
function openTarget(row: WebhookRow, box: SecretBox): Target {
  const open = (place: SealedPlace): string | null => {
    const [column, context] = SEALED[place];
    const sealed = row[column];
    return sealed === null ? null : box.open(sealed, context(row.id));
  };
  const old = open('oldSecret');
  const until = row.old_secret_until ?? 0;
  return {
    id: row.id,
    kind: row.kind,
    url: open('url') ?? '',
    auth: row.auth,
    secret: open('secret'),
    old: old === null ? null : { secret: old, until, tokenFrom: row.token_from ?? until },
    reach: {
      proxy: row.proxy_masked === NO_PROXY ? NO_PROXY : open('proxy'),
      ca: row.ca,
      client_cert: row.client_cert,
      client_key: open('clientKey'),
      insecure: row.insecure === 1,
    },
    language: row.language,
    keyword: row.keyword,
    timeoutMs: row.timeout_ms,
    lastTimestamp: row.last_timestamp,
  };
}

/** What of a webhook is sealed: put in, opened, forgotten. Everything here is part of a transaction of its caller. */
export function webhookSeals(db: Db, box: SecretBox) {
  const forget = db.prepare(
    'update webhook set old_secret_sealed = null, old_secret_until = null, token_from = null where id = ?',
  );

  function put(id: number, place: SealedPlace, text: string | null): void {
    const [column, context] = SEALED[place];
    const sealed = text === null ? null : box.seal(text, context(id));
    db.prepare(`update webhook set ${column} = ? where id = ?`).run(sealed, id);
  }

  /** Why it cannot be opened; null when it can. */
  function problem(row: WebhookRow): string | null {
    try {
      openTarget(row, box);
      return null;
    } catch (error) {
      if (error instanceof BelfryError) return error.message;
      throw error;
    }
  }

  return {
    put,
    problem,

    /** Everything that an admin gave. */
    seal(id: number, input: WebhookInput): void {
      const { proxy, client_key } = input.reach ?? PLAIN_REACH;
      put(id, 'url', input.url);
      put(id, 'secret', input.secret);
      put(id, 'proxy', proxy === NO_PROXY ? null : proxy);
      put(id, 'clientKey', client_key);
      const masked = proxy === null || proxy === NO_PROXY ? proxy : maskProxy(proxy);
      db.prepare('update webhook set proxy_masked = ? where id = ?').run(masked, id);
    },

    /** @throws BelfryError `key` */
    open: (row: WebhookRow): Target => openTarget(row, box),

    /** The same secret as before leaves the one that it replaces valid. */
    keepsSecret(row: WebhookRow, secret: string | null): boolean {
      return problem(row) === null && openTarget(row, box).secret === secret;
    },

    forgetOld: (id: number): void => void forget.run(id),
  };
}
