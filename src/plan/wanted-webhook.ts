/** What a file wants of one webhook, checked as what the command line is given is checked. */
// long: one webhook from its entry to what is written, each secret with the rule that guards it.
import { kindOfUrl } from '../kinds/kind-of-url.ts';
import { maskUrl, shownTarget } from '../masking/mask-url.ts';
import { PLAIN_CUSTOM } from '../model/custom-target.ts';
import { isGrouped, type KindName } from '../model/names.ts';
import type { OwnHeader } from '../model/own-header.ts';
import type { WholeWebhook } from '../model/planned.ts';
import { NO_PROXY, PLAIN_REACH, type Reach } from '../model/reach.ts';
import type { WebhookInput } from '../model/webhook.ts';
import type { ProxyChoice } from '../net/proxy-for.ts';
import { authModesOf, defaultEvents, secretRefusal } from '../webhooks/kind-defaults.ts';
import { NEW_WEBHOOK, webhookInput } from '../webhooks/webhook-input.ts';
import { type Destination, destinationOf, differenceOf, hasOtherReaders } from './destination.ts';
import { type Entry, PLAIN_FIELDS, PLAIN_REACH_FIELDS } from './file-schema.ts';
import { inputMistakes } from './input-mistakes.ts';
import type { Problem } from './mistake.ts';
import type { Surroundings } from './plan-context.ts';
import { asReference } from './reference.ts';
import { type Given, Taker } from './take-reference.ts';

export interface WantedWebhook {
  index: number;
  name: string;
  current: WholeWebhook | null;
  input: WebhookInput;
  masked: string;
  /** What is said of a field in place of its value. */
  said: ReadonlyMap<string, string>;
  /** A secret was made for it. */
  generated: string | null;
  /** Secrets from outside that are new to it, and who can read them. */
  given: readonly Given[];
  destination: Destination | null;
}

/** Proxies of the settings: as they are, and as the file has them. */
export interface Proxies {
  before: ProxyChoice;
  after: ProxyChoice;
  /** Where the settings have the jobs of Jenkins clone from by default. */
  ssh: boolean;
}

const STAND_IN = 'stand-in';
/** What must not reach two destinations. */
const BOUND: readonly string[] = ['secret', 'headers', 'client_key'];

/**
 * @param entry as the schema lets it be
 * @returns what is wanted, its scope apart; null when something is wrong with it
 */
export function wantedWebhook(
  entry: Entry,
  index: number,
  current: WholeWebhook | null,
  { resolved, newSecret, tlsProblem }: Surroundings,
  proxies: Proxies,
): { wanted: WantedWebhook | null; problems: Problem[] } {
  const taker = new Taker(current, resolved, ['webhooks', index]);
  const before = current?.target ?? null;
  const url = taker.take(['url'], entry.url, before?.url || null) ?? undefined;
  const kind = kindFor(entry, url, current);
  checkUrl(taker, entry, kind, url, current);
  const { reach, hasKey } = wantedReach(taker, entry, before?.reach ?? PLAIN_REACH);

  const destination = url === undefined ? null : destinationOf(url, reach, proxies.after);
  const known =
    before === null || before.url === '' ? null : destinationOf(before.url, before.reach, proxies.before);
  // A URL that nobody has given yet leads nowhere.
  const moved = current !== null && url !== undefined && hasOtherReaders(known, destination);
  const refuse = (keys: (string | number)[]) =>
    taker.wrong(keys, `a new one: ${differenceOf(known, destination)}`, 'the one that it has');
  const isKept = (value: unknown, now: string | null | undefined, kept: string | null) =>
    kept !== null && now === kept && asReference(value) !== null;
  const guard = (keys: string[], value: unknown, now: string | null | undefined, kept: string | null) => {
    if (moved && isKept(value, now, kept)) refuse(keys);
  };
  if (isKeep(entry.url)) guard(['url'], entry.url, url, before?.url ?? null);
  guard(['client_key'], entry.client_key, reach.client_key, before?.reach.client_key ?? null);

  let secret: string | null | undefined;
  let generated: string | null = null;
  const wish = asReference(entry.secret);
  const keptSecret = before?.secret ?? null;
  if (wish !== null && 'generate' in wish) {
    if (keptSecret !== null && !moved) secret = keptSecret;
    else {
      secret = generated = newSecret();
      taker.said.set('secret', 'generated');
    }
  } else {
    secret = taker.take(['secret'], entry.secret, keptSecret);
    guard(['secret'], entry.secret, secret, keptSecret);
    // What was never sent itself must not become a token in clear.
    if (
      kind === 'jenkins' &&
      current !== null &&
      current.webhook.kind !== 'jenkins' &&
      isKept(entry.secret, secret, keptSecret)
    )
      taker.wrong(['secret'], 'the token of this Jenkins', 'the secret of another kind of receiver');
  }

  const headers: OwnHeader[] = [];
  const standIns: OwnHeader[] = [];
  for (const [name, value] of Object.entries(entry.headers ?? {})) {
    const kept = before?.headers.find(([other]) => other.toLowerCase() === name.toLowerCase())?.[1] ?? null;
    const now = taker.take(['headers', name], value, kept);
    guard(['headers', name], value, now, kept);
    if (typeof now === 'string') headers.push([name, now]);
    else standIns.push([name, STAND_IN]);
  }

  const refusal = secret === null ? null : secretRefusal(kind, url ?? standInUrl(kind), generated !== null);
  if (refusal !== null) taker.wrong(['secret'], refusal.wanted, 'one');
  for (const [field, only] of [
    ['custom', 'custom'],
    ['jenkins', 'jenkins'],
  ] as const)
    if (entry[field] != null && kind !== only) taker.wrong([field], `none for kind ${kind}`, 'an object');

  const input: WebhookInput = {
    ...NEW_WEBHOOK,
    events: defaultEvents(kind),
    auth: secret === null ? 'none' : (authModesOf(kind)[0] ?? 'none'),
    ...Object.fromEntries(
      PLAIN_FIELDS.flatMap(field => (entry[field] === undefined ? [] : [[field, entry[field]]])),
    ),
    ...{ kind, name: entry.name, scope: 'all' },
    ...{ url: url ?? standInUrl(kind), secret: secret === undefined ? STAND_IN : secret },
    custom: kind === 'custom' ? wantedCustom(entry) : null,
    jenkins:
      kind === 'jenkins' ? { notify: 'poll', clone: proxies.ssh ? 'ssh' : 'http', ...entry.jenkins } : null,
    reach: hasKey ? reach : { ...reach, client_cert: null, client_key: null },
    headers: [...headers, ...standIns],
  };
  const result = webhookInput.safeParse(input);
  if (!result.success) taker.problems.push(...inputMistakes(result.error, input, ['webhooks', index]));
  else if ((reach.ca !== null || reach.client_cert !== null) && hasKey) {
    const problem = tlsProblem(reach);
    if (problem !== null)
      taker.wrong(
        [reach.ca === null ? 'client_cert' : 'ca'],
        'what TLS can use',
        `what it refuses (${problem})`,
      );
  }
  if (taker.problems.length > 0 || !result.success) return { wanted: null, problems: taker.problems };
  const { missing, said } = taker;
  const wanted: WantedWebhook = {
    ...{ index, name: entry.name, current, said, generated, destination },
    input: { ...result.data, url: url ?? '', secret: secret ?? null, reach, headers, missing },
    masked: url === undefined ? '' : masked(entry, kind, url, current),
    given: taker.given.filter(({ path }) => BOUND.includes(String(path[2]))),
  };
  return { wanted, problems: [] };
}

function isKeep(value: unknown): boolean {
  const reference = asReference(value);
  return reference !== null && 'keep' in reference;
}

function kindFor(entry: Entry, url: string | undefined, current: WholeWebhook | null): KindName {
  if (entry.kind !== undefined) return entry.kind as KindName;
  if (url !== undefined && URL.canParse(url)) return kindOfUrl(url);
  return current?.webhook.kind ?? 'gitee';
}

function checkUrl(
  taker: Taker,
  { url: given }: Entry,
  kind: KindName,
  url: string | undefined,
  current: WholeWebhook | null,
): void {
  if (url === undefined || !URL.canParse(url)) return;
  if (asReference(given) === null && isSecretUrl(kind, url))
    taker.wrong(
      ['url'],
      'a reference such as { env: BELFRY_NAME }: whoever knows this URL has the key in it',
      'the URL itself',
    );
  // Each kind has its key in another part of the URL, and would show the others.
  if (isKeep(given) && current !== null && current.webhook.kind !== kind)
    taker.wrong(
      ['url'],
      'the URL anew',
      `keep, but the kind changes from ${current.webhook.kind} to ${kind}`,
    );
}

/** Whether there is something in it that is never shown. */
export function isSecretUrl(kind: KindName, url: string): boolean {
  return isGrouped(kind) || isGrouped(kindOfUrl(url)) || maskUrl(kind, url) !== new URL(url).href;
}

/** What a file calls secret is shown no further than its server. */
function masked({ url: given }: Entry, kind: KindName, url: string, current: WholeWebhook | null): string {
  if (asReference(given) === null || isGrouped(kind)) return maskUrl(kind, url);
  return current?.target?.url === url ? current.webhook.url_masked : shownTarget(url);
}

/** What passes the checks of each kind. */
function standInUrl(kind: KindName): string {
  return `https://missing.invalid/${kind === 'jenkins' ? 'generic-webhook-trigger/invoke?token=x' : ''}`;
}

/** @returns `hasKey` false: a client key is wanted, and not there */
function wantedReach(taker: Taker, entry: Entry, before: Reach): { reach: Reach; hasKey: boolean } {
  const keptProxy = before.proxy === NO_PROXY ? null : before.proxy;
  if (typeof entry.proxy === 'string' && entry.proxy.includes('@'))
    taker.wrong(['proxy'], 'a reference: it has a password', 'the URL itself');
  const key = taker.take(['client_key'], entry.client_key, before.client_key);
  const reach: Reach = {
    ...PLAIN_REACH,
    ...Object.fromEntries(
      PLAIN_REACH_FIELDS.flatMap(field => (entry[field] === undefined ? [] : [[field, entry[field]]])),
    ),
    proxy: taker.take(['proxy'], entry.proxy, keptProxy) ?? null,
    ca: taker.take(['ca'], entry.ca, null) ?? null,
    client_cert: taker.take(['client_cert'], entry.client_cert, null) ?? null,
    client_key: key ?? null,
  };
  return { reach, hasKey: key !== undefined };
}

function wantedCustom({ custom }: Entry): WebhookInput['custom'] {
  return { ...PLAIN_CUSTOM, ...custom, success: { ...PLAIN_CUSTOM.success, ...custom?.success } };
}
