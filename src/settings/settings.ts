/**
 * Every setting: its key, its type and its default. A setting that stands here is read somewhere. What it takes is in
 * `parse-setting.ts`, which costs the worker's start too much.
 */
import { BelfryError } from '../errors.ts';
import { maskProxy } from '../masking/mask-proxy.ts';
import type { LinkStyle } from '../model/links.ts';
import type { Language } from '../model/names.ts';
import type { RequestSetting } from '../model/request-choice.ts';

/** Of whose webhooks a pusher who waits is told more than their number: those with this reach, and those with less. */
export const WAIT_SHOW = ['repository', 'company', 'all'] as const;
export type WaitShow = (typeof WAIT_SHOW)[number];

export interface Settings {
  'web.url': string;
  'web.style': LinkStyle;
  'clone.http': string;
  'clone.ssh': string;
  'clone.git': string;
  'mail.domain': string;
  'time.offset': string;
  'push.wait': number;
  'push.trusted': string[];
  'wait.show': WaitShow;
  'git.alternates': string[];
  'payload.commits': number;
  'delivery.concurrency': number;
  'delivery.connect_timeout': number;
  'delivery.timeout': number;
  'keep.days': number;
  'keep.deliveries': number;
  'worker.linger': number;
  'scan.every': number;
  'install.new': string[];
  'repo.exclude': string;
  'mr.enabled': RequestSetting;
  'robot.language': Language;
  'test.header': 'hook' | 'underscore';
  'net.allow': string[];
  'net.deny': string[];
  'proxy.http': string;
  'proxy.https': string;
  'proxy.exclude': string;
}
export type SettingKey = keyof Settings;

/** Defaults that need the machine's name take it as a parameter. */
export function defaultSettings(hostname: string, web = `http://${hostname}`): Settings {
  const webUrl = withoutSlashes(web);
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
    'push.trusted': [],
    'wait.show': 'repository',
    'git.alternates': [],
    'payload.commits': 100,
    'delivery.concurrency': 8,
    'delivery.connect_timeout': 3,
    'delivery.timeout': 10,
    'keep.days': 30,
    'keep.deliveries': 1_000_000,
    'worker.linger': 60,
    'scan.every': 24,
    'install.new': ['off'],
    // Gitea and Forgejo keep the wiki of acme/app beside it, as acme/app.wiki.
    'repo.exclude': '**/*.wiki',
    'mr.enabled': 'chosen',
    'robot.language': 'en',
    'test.header': 'hook',
    'net.allow': [],
    'net.deny': [],
    'proxy.http': '',
    'proxy.https': '',
    'proxy.exclude': '',
  };
}

export const SETTING_KEYS = Object.keys(defaultSettings('localhost')) as SettingKey[];

/**
 * The settings in force: what is stored, else the defaults (which follow a stored `web.url`).
 * @throws BelfryError `invalid` when somebody wrote into the database what `parseSetting` would have refused
 */
export function resolveSettings(stored: Map<string, string>, hostname: string): Settings {
  const settings = defaultSettings(hostname, stored.get('web.url'));
  for (const [key, text] of stored) {
    if (isSettingKey(key)) Object.assign(settings, { [key]: read(key, text, settings[key]) });
  }
  return settings;
}

function read(key: SettingKey, text: string, like: Settings[SettingKey]): Settings[SettingKey] {
  if (Array.isArray(like)) return wordsOf(text);
  if (typeof like === 'string') return BASES.includes(key) ? withoutSlashes(text) : text;
  if (text.trim() !== '' && Number.isFinite(Number(text))) return Number(text);
  throw new BelfryError('invalid', `Stored setting ${key}: wanted a number, got "${text}"`);
}

/** URLs that paths are put behind. */
const BASES: readonly SettingKey[] = ['web.url', 'clone.http'];

export function withoutSlashes(url: string): string {
  return url.replace(/\/+$/, '');
}

export function wordsOf(text: string): string[] {
  return text.split(/[\s,]+/).filter(Boolean);
}

/** Their values may hold a password: they are stored sealed and shown without it. */
export const SECRET_SETTINGS: readonly string[] = ['proxy.http', 'proxy.https'];

/** A value as it may be shown. */
export function shownSetting(key: string, value: unknown): unknown {
  return SECRET_SETTINGS.includes(key) ? maskProxy(String(value)) : value;
}

const keys: ReadonlySet<string> = new Set(SETTING_KEYS);

export function isSettingKey(key: string): key is SettingKey {
  return keys.has(key);
}
