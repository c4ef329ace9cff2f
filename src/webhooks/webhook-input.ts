/** What an admin gives of a webhook, checked once at the door. */
import { z } from 'zod';
import { standardKey } from '../kinds/standard-webhooks.ts';
import { EVENT_NAMES, KIND_NAMES, LANGUAGES } from '../model/names.ts';
import { AUTH_MODES, type Webhook, type WebhookInput, type WebhookSettings } from '../model/webhook.ts';
import { reach } from './reach-schema.ts';

const target = z
  .url({
    protocol: /^https?$/,
    // Only how it begins: user, path and query of what is nearly a URL are secrets as well.
    error: issue => `an http or https URL is wanted, not ${beginning(String(issue.input))}`,
  })
  .max(8_192, 'a URL of at most 8192 characters is wanted');

function beginning(text: string): string {
  const scheme = /^[a-z][a-z0-9+.-]{0,20}:(\/\/)?/i.exec(text)?.[0];
  return scheme === undefined ? 'a text without https:// in front' : `one that cannot be read, ${scheme}…`;
}

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

export const webhookInput: z.ZodType<WebhookInput> = z
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
    reach: reach.optional(),
  })
  .refine(input => input.auth === 'none' || input.secret !== null || input.kind !== 'gitee', {
    path: ['auth'],
    message: 'signature and password need a secret',
  });

/** What an admin need not say. */
export const NEW_WEBHOOK: WebhookInput = {
  url: '',
  scope: '',
  kind: 'gitee',
  name: '',
  events: ['push'],
  branches: [],
  auth: 'none',
  secret: null,
  language: null,
  keyword: null,
  timeout_ms: null,
  active: true,
};

const { url: _url, secret: _secret, ...SETTINGS } = NEW_WEBHOOK;

/** Of a webhook what an admin sets and everybody may see. */
export function settingsOf(webhook: Webhook): WebhookSettings {
  const names = Object.keys(SETTINGS) as (keyof WebhookSettings)[];
  return Object.fromEntries(names.map(name => [name, webhook[name]])) as unknown as WebhookSettings;
}
