/** What an admin gives of a webhook, checked once at the door. */
// long: every field of a webhook, and what fields have to do with each other.
import { z } from 'zod';
import { standardKey } from '../kinds/standard-webhooks.ts';
import { maskProxy } from '../masking/mask-url.ts';
import {
  EVENT_NAMES,
  EVENT_WORDS,
  hasRefWords,
  isGrouped,
  isRefWord,
  KIND_NAMES,
  LANGUAGES,
} from '../model/names.ts';
import { NO_PROXY, type Reach } from '../model/reach.ts';
import { AUTH_MODES, type Webhook, type WebhookInput, type WebhookSettings } from '../model/webhook.ts';
import { PROXY_WANTED, proxyUrl } from '../net/proxy-url.ts';
import { checkAuthorities, checkClientCertificate, checkPrivateKey } from './certificates.ts';
import { type FilterName, globProblem } from './filters.ts';
import { authModesOf } from './kind-defaults.ts';
import { headerProblems, hmacProblem } from './own-headers.ts';
import { customTarget, jenkinsOptions, jenkinsProblem } from './target-options.ts';

const target = z
  .url({
    protocol: /^https?$/,
    // Only how it begins: user, path and query of what is nearly a URL are secrets as well.
    error: issue => `an http or https URL, got ${beginning(String(issue.input))}`,
  })
  .refine(url => url.length <= 8_192, 'a URL of at most 8192 characters');

function beginning(text: string): string {
  const scheme = /^[a-z][a-z0-9+.-]{0,20}:(\/\/)?/i.exec(text)?.[0];
  return scheme === undefined ? 'a text without https:// in front' : `one that cannot be read, ${scheme}…`;
}

/** It may become a line of every message; chats take words, not texts. */
const keyword = z
  .string()
  .regex(/^[^\p{Cc}\u2028\u2029]{1,64}$/u, 'one line of 1 to 64 characters')
  .regex(/\S/, 'a word, got blanks');

/** The key behind `whsec_` may be empty although the text is not: anybody could sign with that. */
const secret = z
  .string()
  .refine(text => text !== '', 'a secret, got an empty one: leave it out')
  .max(4_096)
  .refine(
    text => text === '' || standardKey(text).length > 0,
    'a secret, got an empty one: no Base64 follows whsec_',
  )
  .refine(text => !/[\p{Cc}\u2028\u2029]/u.test(text), 'a secret of one line: it goes into a header');

/** What clone URLs begin with: no query, and no password, which would be told to every receiver. */
const cloneHttp = base(
  text => /^https?:\/\/[^\s?#@]+$/i.test(text) && URL.canParse(text),
  'an http or https URL without user, query and fragment',
);

const cloneSsh = base(
  text =>
    /^(ssh:\/\/([^\s:/@?#]+@)?[^\s:/@?#]+(:\d+)?(\/[^\s?#]*)?|([^\s:/@?#]+@)?[^\s:/@?#]+:[^\s?#]*)$/i.test(
      text,
    ),
  'a base such as git@git.example.com: or ssh://git@git.example.com/srv/git/',
);

/** What is not one may hold a password all the same. */
function base(isBase: (text: string) => boolean, wanted: string) {
  return z.string().refine(text => text.length <= 1_000 && isBase(text), {
    error: ({ input }) => `${wanted}, got "${maskProxy(String(input))}"`,
  });
}

/** As they are stored. */
function globs(filter: FilterName) {
  return z
    .array(z.string().max(1_000))
    .max(100)
    .superRefine((list, problems) => {
      for (const [at, glob] of list.entries()) {
        const problem = globProblem(filter, glob);
        if (problem !== null)
          problems.addIssue({
            code: 'custom',
            path: [at],
            message: `a glob that can match, got "${glob}": ${problem}`,
          });
      }
    });
}

const noPem = (check: () => string | null, problems: z.core.$RefinementCtx, path: string) => {
  const problem = check();
  if (problem !== null) problems.addIssue({ code: 'custom', path: [path], message: problem });
};

/** Each field by itself. */
export const reachFields = z.strictObject({
  proxy: z.union([z.literal(NO_PROXY), proxyUrl], { error: `${PROXY_WANTED}, or none` }).nullable(),
  ca: z.string().max(1_000_000, 'a CA file of at most 1 MB').nullable(),
  client_cert: z.string().max(100_000, 'a certificate file of at most 100 kB').nullable(),
  client_key: z.string().max(100_000, 'a key file of at most 100 kB').nullable(),
  insecure: z.boolean(),
});

/** How its target is reached. */
export const reach: z.ZodType<Reach> = reachFields.superRefine(
  ({ ca, client_cert, client_key }, problems) => {
    if (ca !== null) noPem(() => checkAuthorities(ca), problems, 'ca');
    if (client_cert === null && client_key === null) return;
    if (client_cert === null || client_key === null) {
      const message = '--client-cert and --client-key go together';
      return problems.addIssue({ code: 'custom', path: ['client_cert'], message });
    }
    noPem(() => checkPrivateKey(client_key), problems, 'client_key');
    noPem(() => checkClientCertificate(client_cert, client_key), problems, 'client_cert');
  },
);

/** A signature or a password without a secret: the command line says it in its own words. */
export const NO_SECRET = 'a secret for signature or password, got none';
const KEY_WANTED = 'a secret to sign with (--generate-secret, --secret-stdin or --secret-env), got none';

/** Each field by itself. */
export const webhookFields = z.strictObject({
  url: target,
  scope: z.string(),
  kind: z.enum(KIND_NAMES),
  name: z.string().max(200),
  events: z
    .array(z.enum(EVENT_WORDS))
    .refine(events => events.length > 0, `at least one of ${EVENT_NAMES.join(', ')}, got none`),
  repos: globs('repos'),
  branches: globs('branches'),
  tags: globs('tags'),
  paths: globs('paths'),
  pushers: globs('pushers'),
  skip_ci: z.boolean(),
  latest_only: z
    .int()
    .refine(seconds => seconds >= 1 && seconds <= 86_400, {
      error: ({ input }) => `1 to 86400 seconds, got ${input}`,
    })
    .nullable(),
  auth: z.enum(AUTH_MODES),
  secret: secret.nullable(),
  language: z.enum(LANGUAGES).nullable(),
  keyword: keyword.nullable(),
  timeout_ms: z
    .int()
    .refine(ms => ms >= 100 && ms <= 600_000, {
      error: ({ input }) => `0.1 to 600 seconds, got ${Number(input) / 1_000}`,
    })
    .nullable(),
  clone_http: cloneHttp.nullable(),
  clone_ssh: cloneSsh.nullable(),
  hmac_header: z.string().nullable(),
  custom: customTarget.nullable(),
  jenkins: jenkinsOptions.nullable(),
  active: z.boolean(),
  reach: reach.optional(),
  headers: z.array(z.tuple([z.string(), z.string()])).optional(),
});

export const webhookInput: z.ZodType<WebhookInput> = webhookFields.superRefine((input, problems) => {
  const { kind, url, events, auth, secret, clone_http, clone_ssh, headers = [], hmac_header } = input;
  const wrong = (path: string, message: string) =>
    problems.addIssue({ code: 'custom', path: [path], message });
  const words = hasRefWords(kind) ? [] : events.filter(isRefWord);
  if (words.length > 0)
    wrong(
      'events',
      `${EVENT_NAMES.join(', ')} for kind ${kind}, got ${words.join(', ')}, of forges such as github`,
    );
  if (input.latest_only !== null && isGrouped(kind))
    wrong(
      'latest_only',
      `none for kind ${kind}: a robot's messages are joined by themselves, got ${input.latest_only}`,
    );
  const saysSettings = kind === 'gitee' || isGrouped(kind);
  for (const [path, base] of Object.entries({ clone_http, clone_ssh }))
    if (base !== null && saysSettings)
      wrong(path, `none for kind ${kind}, whose clone URLs are those of the settings, got ${base}`);
  const modes = authModesOf(kind);
  if (auth !== 'none' && !modes.includes(auth))
    wrong('auth', `${[modes.join(', '), 'none'].filter(Boolean).join(' or ')} for kind ${kind}, got ${auth}`);
  else if (auth !== 'none' && secret === null && !isGrouped(kind)) wrong('auth', NO_SECRET);
  const unreadable = hmac_header === null ? null : hmacProblem(hmac_header);
  if (unreadable !== null) wrong('hmac_header', unreadable);
  else if (hmac_header !== null && secret === null) wrong('hmac_header', KEY_WANTED);
  for (const problem of headerProblems(kind, url, headers, unreadable === null ? hmac_header : null))
    wrong('headers', problem);
  const jenkins = kind === 'jenkins' ? jenkinsProblem(url, secret) : null;
  if (jenkins !== null) wrong(jenkins.path, jenkins.wanted);
});

/** What an admin need not say. */
export const NEW_WEBHOOK: WebhookInput = {
  url: '',
  scope: '',
  kind: 'gitee',
  name: '',
  events: ['push'],
  repos: [],
  branches: [],
  tags: [],
  paths: [],
  pushers: [],
  skip_ci: false,
  latest_only: null,
  auth: 'none',
  secret: null,
  language: null,
  keyword: null,
  timeout_ms: null,
  clone_http: null,
  clone_ssh: null,
  hmac_header: null,
  custom: null,
  jenkins: null,
  active: true,
};

const { url: _url, secret: _secret, ...SETTINGS } = NEW_WEBHOOK;

/** Of a webhook what an admin sets and everybody may see. */
export function settingsOf(webhook: Webhook): WebhookSettings {
  const names = Object.keys(SETTINGS) as (keyof WebhookSettings)[];
  return Object.fromEntries(names.map(name => [name, webhook[name]])) as unknown as WebhookSettings;
}
