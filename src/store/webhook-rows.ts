/** The table `webhook`: what stands in a row, and what the rest of belfry sees of it. */
import { createHash } from 'node:crypto';
import type { OwnHeader } from '../model/own-header.ts';
import { PLAIN_REACH } from '../model/reach.ts';
import type { Webhook, WebhookInput, WebhookSettings } from '../model/webhook.ts';

/** What an admin sets and everybody may see. */
const SET: Exclude<keyof WebhookSettings, 'jenkins'>[] = [
  'name',
  'scope',
  'kind',
  'events',
  'repos',
  'branches',
  'tags',
  'paths',
  'pushers',
  'skip_ci',
  'latest_only',
  'auth',
  'language',
  'keyword',
  'timeout_ms',
  'clone_http',
  'clone_ssh',
  'hmac_header',
  'custom',
  'active',
];
/** Of how it is reached, what is stored as it is. */
const REACH = ['ca', 'client_cert', 'insecure'] as const;
/** What the worker finds out. */
const FOUND = ['disabled_at', 'disabled_reason', 'failures', 'failing_since', 'last_timestamp'] as const;
const OTHERS = [
  'url_masked',
  'proxy_masked',
  'headers_masked',
  'old_secret_until',
  'token_from',
  'missing',
  'created_at',
] as const;

/** Column, and what binds a sealed text to its place. */
export const SEALED = {
  url: ['url_sealed', (id: number) => `webhook ${id} url`],
  secret: ['secret_sealed', (id: number) => `webhook ${id} secret`],
  oldSecret: ['old_secret_sealed', (id: number) => `webhook ${id} old secret`],
  proxy: ['proxy_sealed', (id: number) => `webhook ${id} proxy`],
  clientKey: ['client_key_sealed', (id: number) => `webhook ${id} client key`],
  headers: ['headers_sealed', (id: number) => `webhook ${id} headers`],
} as const;
export type SealedPlace = keyof typeof SEALED;
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
export type Stored<T> = {
  [K in keyof T]: T[K] extends unknown[] ? string : T[K] extends boolean ? number : T[K];
};

/** What only one kind has to be told: both stand in the column `custom`, as JSON. */
type OfOneKind = 'custom' | 'jenkins';

export interface WebhookRow
  extends Stored<Omit<Webhook, 'proxy' | 'headers' | OfOneKind>>,
    Record<Exclude<SealedColumn, 'url_sealed'>, string | null> {
  url_sealed: string;
  proxy_masked: string | null;
  headers_masked: string | null;
  custom: string | null;
  last_timestamp: number;
}

export function toWebhook(row: WebhookRow): Webhook {
  const { proxy_masked: proxy, headers_masked: headers, last_timestamp: _stamp, ...rest } = row;
  const shown: Partial<WebhookRow> = rest;
  for (const [column] of Object.values(SEALED)) delete shown[column];
  return {
    ...(shown as typeof rest),
    ...listsOf(row),
    active: row.active === 1,
    skip_ci: row.skip_ci === 1,
    insecure: row.insecure === 1,
    proxy,
    headers: headersIn(headers),
    missing: JSON.parse(row.missing),
    ...optionsOf(row),
  };
}

const LISTS = ['events', 'repos', 'branches', 'tags', 'paths', 'pushers'] as const;
type Lists = Pick<Webhook, (typeof LISTS)[number]>;

export function listsOf(row: Record<keyof Lists, string>): Lists {
  return Object.fromEntries(LISTS.map(name => [name, JSON.parse(row[name])])) as unknown as Lists;
}

/** What stands in the column `custom`. */
export function optionsOf({ kind, custom }: Pick<WebhookRow, 'kind' | 'custom'>): Pick<Webhook, OfOneKind> {
  const options = custom === null ? null : JSON.parse(custom);
  return { custom: kind === 'custom' ? options : null, jenkins: kind === 'jenkins' ? options : null };
}

/** What stands in a column of headers. */
export function headersIn(json: string | null): OwnHeader[] {
  return json === null ? [] : JSON.parse(json);
}

/** Names of the plain columns that an admin's input fills, and their values. */
export const INPUT_COLUMNS = [...SET, ...REACH];

export function columnsOf(input: WebhookInput): Record<string, string | number | null> {
  const options = input.custom ?? input.jenkins;
  const custom = options === null ? null : JSON.stringify(options);
  const values = { ...input, ...(input.reach ?? PLAIN_REACH), custom };
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
