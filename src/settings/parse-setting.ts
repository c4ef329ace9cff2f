/** What each setting takes, checked once at the door: what is stored has been through here. */
import { isAbsolute } from 'node:path';
import { z } from 'zod';
import { BelfryError } from '../errors.ts';
import { problemOfExclude } from '../model/excluded.ts';
import { LINK_STYLES } from '../model/links.ts';
import { LANGUAGES } from '../model/names.ts';
import { REQUEST_SETTINGS } from '../model/request-choice.ts';
import { parseNetRule } from '../net/net-rule.ts';
import { PROXY_WANTED, proxyUrl } from '../net/proxy-url.ts';
import { wantedBy } from '../text/wanted-by.ts';
import {
  PUSH_SKIP,
  type SettingKey,
  type Settings,
  settingHelp,
  shownSetting,
  WAIT_SHOW,
  withoutSlashes,
  wordsOf,
} from './settings.ts';

const baseUrl = z.url({ protocol: /^https?$/, error: 'an http or https URL' }).transform(withoutSlashes);
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
const list = z.string().transform(wordsOf);
const netRules = (effect: 'allow' | 'deny') =>
  list.superRefine((entries, problems) => {
    for (const entry of entries) {
      try {
        parseNetRule(entry, effect);
      } catch (error) {
        const { message } = error as Error;
        problems.addIssue({ code: 'custom', message: message.replace(`net.${effect}: wanted `, '') });
      }
    }
  });
const isOnOffOrPaths = (words: string[]) =>
  words.length > 0 && (['on', 'off'].includes(words.join(' ')) || words.every(isAbsolute));
const proxy = z.union([z.literal(''), proxyUrl], { error: PROXY_WANTED });

const schemas = {
  'web.url': baseUrl,
  'web.style': z.enum(LINK_STYLES),
  'clone.http': baseUrl,
  'clone.ssh': z.string().min(1),
  'clone.git': z.string().min(1),
  'mail.domain': z.string().regex(/^[^\s@]+$/, 'a domain name'),
  'time.offset': z.string().regex(/^[+-]([01]\d|2[0-3]):[0-5]\d$/, 'an offset such as +08:00'),
  'push.wait': seconds(600),
  'push.skip': z.enum(PUSH_SKIP),
  'push.trusted': list,
  'wait.show': z.enum(WAIT_SHOW),
  'git.alternates': list.refine(paths => paths.every(isAbsolute), 'absolute paths'),
  'payload.commits': count(0, 10_000),
  'delivery.concurrency': count(1, 1_000),
  'delivery.connect_timeout': seconds(300, 0.1),
  'delivery.timeout': seconds(600, 0.1),
  'keep.days': count(1, 36_500),
  'keep.deliveries': count(0, 1_000_000_000),
  'worker.linger': seconds(86_400),
  'scan.every': hours(8_760),
  'install.new': list.refine(isOnOffOrPaths, 'on, off, or absolute paths of directories'),
  'repo.exclude': z.string().superRefine((text, problems) => {
    const message = problemOfExclude(text);
    if (message !== null) problems.addIssue({ code: 'custom', message });
  }),
  'mr.enabled': z.enum(REQUEST_SETTINGS),
  'robot.language': z.enum(LANGUAGES),
  'test.header': z.enum(['hook', 'underscore']),
  'net.allow': netRules('allow'),
  'net.deny': netRules('deny'),
  'proxy.http': proxy,
  'proxy.https': proxy,
  'proxy.exclude': z.string(),
} satisfies { [K in SettingKey]: z.ZodType<Settings[K], string> };

/** @throws BelfryError `invalid` that says what was wanted and what came */
export function parseSetting<K extends SettingKey>(key: K, text: string): Settings[K] {
  const result = readSetting(key, text);
  if ('value' in result) return result.value;
  const { wanted, got } = result;
  throw new BelfryError('invalid', `${key}: wanted ${wanted}${got === null ? '' : `, got "${got}"`}`, {
    hint: settingHelp[key],
  });
}

/** What a text sets, or what is wrong with it; `got` null: `wanted` says it. */
export function readSetting<K extends SettingKey>(
  key: K,
  text: string,
): { value: Settings[K] } | { wanted: string; got: string | null } {
  const result = schemas[key].safeParse(text);
  if (result.success) return { value: result.data as Settings[K] };
  // What was meant for another setting may be a URL with a password.
  const wanted = withoutUsers([...new Set(result.error.issues.map(wantedBy))].join('; '));
  // Of a list, what came is the entry that is wrong.
  return { wanted, got: wanted.includes(', got ') ? null : withoutUsers(String(shownSetting(key, text))) };
}

function withoutUsers(text: string): string {
  return text.replace(/\/\/[^/?#\s"]*@/g, '//***@');
}
