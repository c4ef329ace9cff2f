/**
 * What there is, as a file of which `belfry apply` makes the same: sorted, so that it can be kept in Git, without what is as it would
 * be anyway, and with `{ keep: true }` for everything that is secret.
 */
import { Document, isScalar, type Scalar, visit } from 'yaml';
import { PLAIN_CUSTOM } from '../model/custom-target.ts';
import { missingHeaders } from '../model/missing.ts';
import type { RootDetails, WholeWebhook } from '../model/planned.ts';
import { NO_PROXY, PLAIN_REACH } from '../model/reach.ts';
import type { User } from '../model/user.ts';
import { defaultSettings, SECRET_SETTINGS, SETTING_KEYS, wordsOf } from '../settings/settings.ts';
import { authModesOf, defaultEvents } from '../webhooks/kind-defaults.ts';
import { NEW_WEBHOOK } from '../webhooks/webhook-input.ts';
import { PLAIN_FIELDS, PLAIN_REACH_FIELDS, WEBHOOK_KEYS } from './file-schema.ts';
import { byName, scopeText } from './names.ts';
import type { State } from './plan-context.ts';
import { isSecretUrl } from './wanted-webhook.ts';

const KEEP = { keep: true };

const HEAD = `# Made by \`belfry export\`. \`belfry plan FILE\` says what \`belfry apply FILE\` would change.
`;

export function exportFile(state: State): string {
  const named = [...byName(state.webhooks)].sort(([a], [b]) => (a < b ? -1 : 1));
  const file = {
    webhooks: named.map(([name, whole]) => webhookEntry(name, whole, state)),
    users: state.users.map(userEntry),
    settings: settingsEntry(state.settings),
    roots: state.roots.map(rootEntry),
  };
  return HEAD + yamlOf(file);
}

function webhookEntry(name: string, whole: WholeWebhook, state: State): object {
  const { webhook, target } = whole;
  const { kind } = webhook;
  const has = (place: string) => webhook.missing.includes(place);
  // Without its key nobody knows whether it has one: what uses one has.
  const hasSecret = target === null ? webhook.auth !== 'none' : target.secret !== null || has('secret');
  const usual = {
    ...NEW_WEBHOOK,
    kind: null,
    events: defaultEvents(kind),
    auth: hasSecret ? (authModesOf(kind)[0] ?? 'none') : 'none',
  };
  const entry: Record<string, unknown> = {
    name,
    scope: scopeText(webhook.scope, state),
    url: urlEntry(whole),
  };
  for (const field of PLAIN_FIELDS) {
    const value = webhook[field as keyof typeof webhook];
    if (!isSame(value, usual[field as keyof typeof usual])) entry[field] = value;
  }
  if (hasSecret) entry.secret = KEEP;
  const headers = [...webhook.headers.map(([header]) => header), ...missingHeaders(webhook.missing)].sort();
  if (headers.length > 0) entry.headers = Object.fromEntries(headers.map(header => [header, KEEP]));
  if (webhook.proxy === NO_PROXY) entry.proxy = NO_PROXY;
  else if (webhook.proxy !== null || has('proxy'))
    entry.proxy =
      webhook.proxy === null || webhook.proxy.includes('@') ? KEEP : (target?.reach.proxy ?? KEEP);
  for (const field of ['ca', 'client_cert'] as const)
    if (webhook[field] !== null) entry[field] = webhook[field];
  if (webhook.client_cert !== null) entry.client_key = KEEP;
  for (const field of PLAIN_REACH_FIELDS) {
    const value = webhook[field as 'insecure'];
    if (!isSame(value, PLAIN_REACH[field as 'insecure'])) entry[field] = value;
  }
  if (webhook.custom !== null) {
    const custom = unlike(webhook.custom, PLAIN_CUSTOM);
    if (Object.keys(custom).length > 0) entry.custom = custom;
  }
  if (webhook.jenkins !== null) entry.jenkins = webhook.jenkins;
  return Object.fromEntries(WEBHOOK_KEYS.flatMap(key => (key in entry ? [[key, entry[key]]] : [])));
}

/** What nothing is hidden of when it is shown may stand in a file. */
function urlEntry({ webhook, target }: WholeWebhook): unknown {
  if (target === null || !URL.canParse(target.url)) return KEEP;
  const isShown = webhook.url_masked === new URL(target.url).href && !isSecretUrl(webhook.kind, target.url);
  return isShown ? target.url : KEEP;
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** The parts of an object that are not as they would be anyway. */
function unlike(object: object, usual: object): Record<string, unknown> {
  const parts = Object.entries(object).flatMap(([key, value]) => {
    const other = (usual as Record<string, unknown>)[key];
    if (isSame(value, other)) return [];
    const isWhole = typeof other !== 'object' || other === null || value === null;
    return [[key, isWhole ? value : unlike(value as object, other)]];
  });
  return Object.fromEntries(parts);
}

function userEntry({ login, name, emails }: User): object {
  return { login, ...(name !== login && { name }), ...(emails.length > 0 && { emails }) };
}

function rootEntry({ path, all_updates, merge_requests }: RootDetails): unknown {
  if (!all_updates && merge_requests === null) return path;
  return { path, ...(all_updates && { all_updates }), ...(merge_requests !== null && { merge_requests }) };
}

function settingsEntry(settings: ReadonlyMap<string, string>): object {
  const usual = defaultSettings('localhost');
  return Object.fromEntries(
    SETTING_KEYS.flatMap((key): [string, unknown][] => {
      const text = settings.get(key);
      if (text === undefined) return [];
      if (SECRET_SETTINGS.includes(key) && text.includes('@')) return [[key, KEEP]];
      if (Array.isArray(usual[key])) return [[key, wordsOf(text)]];
      const isPlain = typeof usual[key] === 'number' && String(Number(text)) === text;
      return [[key, isPlain ? Number(text) : text]];
    }),
  );
}

/** A list that is longer gets a line for each of its values. */
const LONGEST_LINE = 80;
/** Ancestors of what stands at the top of a section. */
const TOP = 3;

function yamlOf(file: object): string {
  // Other programs take `on` and `0o7` for what they were in YAML 1.1.
  const document = new Document(file, { version: '1.2', compat: 'yaml-1.1', aliasDuplicateObjects: false });
  visit(document, {
    Seq(_, node, path) {
      const length = node.items.reduce<number>(
        (sum, item) => sum + String((item as Scalar).value).length + 2,
        0,
      );
      node.flow =
        node.items.length === 0 ||
        (path.length > TOP && node.items.every(isScalar) && length <= LONGEST_LINE);
    },
    Map(_, node) {
      node.flow = node.items.length === 0 || node.has('keep');
    },
  });
  return document.toString({ lineWidth: 0 });
}
