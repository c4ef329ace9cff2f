/** A subscription: who is told (target), of what (scope, events, branches), and how (kind, authentication). */
import { z } from 'zod';
import { EVENT_NAMES, type EventName } from '../events/event.ts';
import { KIND_NAMES, type KindName, LANGUAGES, type Language } from '../kinds/kind.ts';
import { standardKey } from '../kinds/standard-webhooks.ts';
import { reach } from './reach.ts';

export const AUTH_MODES = ['none', 'signature', 'password'] as const;
export type AuthMode = (typeof AUTH_MODES)[number];

/** A webhook without its secrets. Times in milliseconds since 1970. */
export interface Webhook {
  id: number;
  name: string;
  /** `all`, `company:NAME` or `repository:ID`. */
  scope: string;
  kind: KindName;
  /** The URL as it may be shown. */
  url_masked: string;
  events: EventName[];
  branches: string[];
  auth: AuthMode;
  language: Language | null;
  keyword: string | null;
  timeout_ms: number | null;
  active: boolean;
  disabled_at: number | null;
  disabled_reason: string | null;
  failures: number;
  failing_since: number | null;
  /** `none`, a URL without its password, or null: as the settings say. */
  proxy: string | null;
  /** Names of the authority and of the client certificate that were given for it. */
  ca: string | null;
  client_certificate: string | null;
  /** Any certificate of its target will do. */
  insecure: boolean;
  /** While a secret is being replaced: until when the old one is valid, and from when Gitee's token is made anew. */
  old_secret_until: number | null;
  token_from: number | null;
  created_at: number;
}

const target = z
  .url({
    protocol: /^https?$/,
    error: issue => `an http or https URL is wanted, not ${JSON.stringify(issue.input)}`,
  })
  .max(8_192, 'a URL of at most 8192 characters is wanted');

/** It may become a line of every message; chats take words, not texts. */
const keyword = z
  .string()
  .regex(/^[^\p{Cc}\u2028\u2029]{1,64}$/u, 'one line of 1 to 64 characters is wanted')
  .regex(/\S/, 'a word is wanted, it is blank');

/** The key behind `whsec_` may be empty although the text is not: anybody could sign with that. */
const secret = z
  .string()
  .min(1, 'an empty secret is none: leave it out')
  .max(4_096)
  .refine(
    text => text === '' || standardKey(text).length > 0,
    'an empty secret is none: behind whsec_ stands no Base64',
  )
  .refine(
    text => !/[\p{Cc}\u2028\u2029]/u.test(text),
    'a secret of one line is wanted: it goes into a header',
  );

/** What an admin gives, checked once at the door. */
export const webhookInput = z
  .strictObject({
    url: target,
    scope: z.string(),
    kind: z.enum(KIND_NAMES),
    name: z.string().max(200),
    events: z.array(z.enum(EVENT_NAMES)).min(1, 'at least one event is wanted'),
    branches: z.array(z.string()),
    auth: z.enum(AUTH_MODES),
    secret: secret.nullable(),
    language: z.enum(LANGUAGES).nullable(),
    keyword: keyword.nullable(),
    timeout_ms: z.int().min(100).max(600_000).nullable(),
    active: z.boolean(),
    /** Without it: as the machine and the settings say. */
    reach: reach.optional(),
  })
  .refine(input => input.auth === 'none' || input.secret !== null || input.kind !== 'gitee', {
    path: ['auth'],
    message: 'signature and password need a secret',
  });
export type WebhookInput = z.infer<typeof webhookInput>;

/** The scopes whose webhooks hear of a repository. */
export function scopesOf(repository: { id: number; company: string | null }): string[] {
  const scopes = ['all', `repository:${repository.id}`];
  if (repository.company !== null) scopes.push(`company:${repository.company}`);
  return scopes;
}
