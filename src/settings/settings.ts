/**
 * Every setting: its key, what it takes, its default and what it is for. The command line, the README and the code
 * read this list; a setting that stands here is read somewhere.
 */
import { z } from 'zod';
import { BelfryError } from '../errors.ts';
import { LANGUAGES } from '../kinds/kind.ts';
import { LINK_STYLES } from '../links/links.ts';
import { maskProxy } from '../net/mask-proxy.ts';
import { parseNetRule } from '../net/net-rule.ts';
import { PROXY_WANTED, proxyUrl } from '../net/proxy-url.ts';

const baseUrl = z
  .url({ protocol: /^https?$/, error: 'an http or https URL' })
  .transform(value => value.replace(/\/+$/, ''));
/** Digits as people write them: JavaScript alone would take nothing at all for 0, and 0x10 for 16. */
const number = (what: string) =>
  z
    .string()
    .trim()
    .regex(/^\d+(\.\d+)?$/, what)
    .transform(Number);
const between = (min: number, max: number, what: string) =>
  number(what).refine(value => value >= min && value <= max, `${what} from ${min} to ${max}`);
const seconds = (max: number, min = 0) => between(min, max, 'a number of seconds');
const hours = (max: number) => between(0, max, 'a number of hours');
const count = (min: number, max: number) =>
  between(min, max, 'a whole number').refine(Number.isInteger, 'a whole number');
const list = z.string().transform(value => value.split(/[\s,]+/).filter(Boolean));
const netRules = (effect: 'allow' | 'deny') =>
  list.superRefine((entries, problems) => {
    for (const entry of entries) {
      try {
        parseNetRule(entry, effect);
      } catch (error) {
        problems.addIssue({ code: 'custom', message: (error as Error).message });
      }
    }
  });
const proxy = z.union([z.literal(''), proxyUrl], { error: PROXY_WANTED });

export const settingSchemas = {
  'web.url': baseUrl,
  'web.style': z.enum(LINK_STYLES),
  'clone.http': baseUrl,
  'clone.ssh': z.string().min(1),
  'clone.git': z.string().min(1),
  'mail.domain': z.string().regex(/^[^\s@]+$/, 'a domain name'),
  'time.offset': z.string().regex(/^[+-]([01]\d|2[0-3]):[0-5]\d$/, 'an offset such as +08:00'),
  'push.wait': seconds(600),
  'payload.commits': count(0, 10_000),
  'delivery.concurrency': count(1, 1_000),
  'delivery.connect_timeout': seconds(300, 0.1),
  'delivery.timeout': seconds(600, 0.1),
  'keep.days': count(1, 36_500),
  'keep.deliveries': count(0, 1_000_000_000),
  'worker.linger': seconds(86_400),
  'scan.every': hours(8_760),
  'robot.language': z.enum(LANGUAGES),
  'test.header': z.enum(['hook', 'underscore']),
  'net.allow': netRules('allow'),
  'net.deny': netRules('deny'),
  'proxy.http': proxy,
  'proxy.https': proxy,
  'proxy.exclude': z.string(),
} as const;

export type SettingKey = keyof typeof settingSchemas;
export type Settings = { [K in SettingKey]: z.output<(typeof settingSchemas)[K]> };
export const SETTING_KEYS = Object.keys(settingSchemas) as SettingKey[];

export const settingHelp: Record<SettingKey, string> = {
  'web.url': 'web front end of the repositories; commit and compare links start with it',
  'web.style': 'how its links are made: gitee, gitea, cgit or gitweb',
  'clone.http': 'clone URLs over http(s) start with it',
  'clone.ssh': 'clone URLs over ssh start with it, e.g. git@example.com:',
  'clone.git': 'clone URLs of the git protocol start with it',
  'mail.domain': 'e-mail addresses of users without one are LOGIN@ this domain',
  'time.offset': 'offset of the times that the server itself sets (commits keep their own)',
  'push.wait': 'seconds for which every push waits for its first answers; 0: never',
  'payload.commits': 'most commits listed in one push; the total is always the true one',
  'delivery.concurrency': 'requests at once to one webhook',
  'delivery.connect_timeout': 'seconds until a connection must stand',
  'delivery.timeout': 'seconds until an answer must be complete (a webhook may have its own)',
  'keep.days': 'days after which finished deliveries and their attempts are removed',
  'keep.deliveries': 'most finished deliveries that are kept; the oldest go first',
  'worker.linger': 'seconds for which the worker stays when nothing is owed',
  'scan.every': 'hours between comparisons of all refs with what was announced; 0: only `belfry scan`',
  'robot.language': 'language of chat messages unless the webhook has its own: en, zh or ru',
  'test.header':
    'event header of a test: hook (Push Hook) or underscore (push_hooks, as gitee.com since 2023)',
  'net.allow': 'addresses (CIDR) or host globs that may be reached although the default refuses them',
  'net.deny': 'addresses (CIDR) or host globs that may never be reached',
  'proxy.http': 'proxy for http:// targets; empty: none (a webhook may have its own)',
  'proxy.https': 'proxy for https:// targets; empty: none (a webhook may have its own)',
  'proxy.exclude': 'hosts reached without proxy, as in no_proxy: .example.com, 10.0.0.0/8, host:8080',
};

/** Defaults that need the machine's name take it as a parameter. */
export function defaultSettings(hostname: string, webUrl = `http://${hostname}`): Settings {
  const host = new URL(webUrl).hostname;
  return {
    'web.url': webUrl,
    'web.style': 'gitee',
    'clone.http': webUrl,
    'clone.ssh': `git@${host}:`,
    'clone.git': `git://${host}/`,
    'mail.domain': `users.noreply.${host}`,
    'time.offset': '+08:00',
    'push.wait': 0,
    'payload.commits': 100,
    'delivery.concurrency': 8,
    'delivery.connect_timeout': 3,
    'delivery.timeout': 10,
    'keep.days': 30,
    'keep.deliveries': 1_000_000,
    'worker.linger': 60,
    'scan.every': 24,
    'robot.language': 'en',
    'test.header': 'hook',
    'net.allow': [],
    'net.deny': [],
    'proxy.http': '',
    'proxy.https': '',
    'proxy.exclude': '',
  };
}

/** The settings in force: what is stored, else the defaults (which follow a stored `web.url`). */
export function resolveSettings(stored: Map<string, string>, hostname: string): Settings {
  const settings = defaultSettings(hostname, stored.get('web.url'));
  for (const [key, text] of stored) {
    if (isSettingKey(key)) Object.assign(settings, { [key]: parseSetting(key, text) });
  }
  return settings;
}

/** Their values may hold a password: they are stored sealed and shown without it. */
export const SECRET_SETTINGS: readonly string[] = ['proxy.http', 'proxy.https'];

/** A value as it may be shown. */
export function shownSetting(key: string, value: unknown): unknown {
  return SECRET_SETTINGS.includes(key) ? maskProxy(String(value)) : value;
}

export function isSettingKey(key: string): key is SettingKey {
  return Object.hasOwn(settingSchemas, key);
}

/** @throws BelfryError `invalid` that says what was wanted and what came */
export function parseSetting<K extends SettingKey>(key: K, text: string): Settings[K] {
  const result = settingSchemas[key].safeParse(text);
  if (result.success) return result.data as Settings[K];
  const wanted = result.error.issues.map(issue => issue.message).join('; ');
  throw new BelfryError('invalid', `setting ${key}: "${shownSetting(key, text)}" does not fit (${wanted})`, {
    hint: `${key}: ${settingHelp[key]}`,
  });
}
