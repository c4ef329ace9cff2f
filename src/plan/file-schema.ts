/**
 * What stands in a file of `belfry apply`, as a schema. The fields of a webhook are those that the command line has too
 * (`webhooks/webhook-input.ts`): only what is secret, and what names a repository, is written in another way here.
 */
import { isAbsolute } from 'node:path';
import { z } from 'zod';
import type { CustomTarget } from '../model/custom-target.ts';
import type { JenkinsOptions } from '../model/jenkins-options.ts';
import type { PlannedUser, RootDetails } from '../model/planned.ts';
import { SECRET_SETTINGS, SETTING_KEYS, settingHelp } from '../settings/settings.ts';
import { customTarget, jenkinsOptions } from '../webhooks/target-options.ts';
import { reachFields, webhookFields } from '../webhooks/webhook-input.ts';
import { referencePlace } from './reference.ts';

const ALL = ['env', 'file', 'generate', 'keep'] as const;
const GIVEN = ['env', 'file', 'keep'] as const;

const {
  name: nameField,
  scope: _scope,
  url: urlField,
  secret: _secret,
  custom: _custom,
  jenkins: _jenkins,
  reach: _reach,
  headers: _headers,
  ...plainFields
} = webhookFields.shape;
const { proxy: proxyField, ca: _ca, client_cert: _cert, client_key: _key, ...plainReach } = reachFields.shape;

/** As the command line and the database have them, each of which may be left out. */
export const PLAIN_FIELDS = Object.keys(plainFields);
export const PLAIN_REACH_FIELDS = Object.keys(plainReach);

function optional(shape: Record<string, z.ZodType>): Record<string, z.ZodType> {
  return Object.fromEntries(Object.entries(shape).map(([key, schema]) => [key, schema.optional()]));
}

const scope = z
  .string()
  .regex(/^(all|(company|repository):[^\p{Cc}]+)$/u, 'all, company:NAME or repository:NAME');
const text = (what: string) => z.string().min(1, what);

const success = customTarget.shape.success;

const webhook = z.strictObject({
  name: nameField.min(1, 'a name'),
  scope,
  url: referencePlace(GIVEN, urlField, 'a URL'),
  ...optional(plainFields),
  secret: referencePlace(ALL).nullable().optional(),
  headers: z.record(z.string(), referencePlace(GIVEN)).optional(),
  proxy: referencePlace(GIVEN, proxyField.unwrap() as z.ZodType<string>, 'a proxy')
    .nullable()
    .optional(),
  ca: referencePlace(['file'], text('PEM'), 'PEM').nullable().optional(),
  client_cert: referencePlace(['file'], text('PEM'), 'PEM').nullable().optional(),
  client_key: referencePlace(GIVEN).nullable().optional(),
  ...optional(plainReach),
  custom: customTarget.extend({ success: success.partial() }).partial().nullable().optional(),
  jenkins: jenkinsOptions.partial().nullable().optional(),
});

/** Every key that a webhook may have, in the order in which they are exported. */
export const WEBHOOK_KEYS = Object.keys(webhook.shape);

/** What pushes have brought may be of any form: what is new is checked by itself. */
const user = z.strictObject({
  login: text('a login'),
  name: text('a name').optional(),
  emails: z.array(text('an address')).optional(),
});

const settingValue = z
  .union([z.string(), z.number(), z.array(z.union([z.string(), z.number()]))], {
    error: 'a text, a number or a list of texts',
  })
  .nullable();

const settings = z.strictObject(
  Object.fromEntries(
    SETTING_KEYS.map(key => {
      const value = SECRET_SETTINGS.includes(key)
        ? referencePlace(GIVEN, z.string(), 'a proxy').nullable()
        : settingValue;
      return [key, value.describe(settingHelp[key]).optional()];
    }),
  ),
);

const directory = z.string().refine(isAbsolute, 'the absolute path of a directory');
const root = z.union([
  directory,
  z.strictObject({
    path: directory,
    all_updates: z.boolean().optional(),
    merge_requests: z.enum(['on', 'off', 'unguarded']).nullable().optional(),
  }),
]);

export const fileSchema = z.strictObject({
  webhooks: z.array(webhook).nullable().optional(),
  users: z.array(user).nullable().optional(),
  settings: settings.nullable().optional(),
  roots: z.array(root).nullable().optional(),
});

/** For editors: JSON Schema 2020-12. */
export function fileJsonSchema(): object {
  const made = z.toJSONSchema(fileSchema, { unrepresentable: 'any', io: 'input' });
  const title = 'Webhooks, users, settings and roots of belfry';
  return { $schema: made.$schema, title, ...made };
}

/** A webhook as it stands in a file that the schema lets pass. */
export type Entry = Record<string, unknown> & {
  name: string;
  scope: string;
  url: unknown;
  secret?: unknown;
  headers?: Record<string, unknown>;
  kind?: string;
  custom?: (Partial<Omit<CustomTarget, 'success'>> & { success?: Partial<CustomTarget['success']> }) | null;
  jenkins?: Partial<JenkinsOptions> | null;
};

export type WantedRoot = string | (Partial<RootDetails> & { path: string });

export interface WantedFile {
  webhooks?: Entry[] | null;
  users?: PlannedUser[] | null;
  settings?: Record<string, unknown> | null;
  roots?: WantedRoot[] | null;
}
