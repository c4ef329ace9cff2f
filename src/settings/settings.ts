/**
 * Every setting: its key, its type, its default and what it is for. A setting that stands here is read somewhere. What it takes is in
 * `parse-setting.ts`, which costs the worker's start too much.
 */

import { BelfryError } from '../errors.ts';
import { maskProxy } from '../masking/mask-url.ts';
import type { LinkBases, LinkStyle } from '../model/links.ts';
import type { Language } from '../model/names.ts';
import type { RequestSetting } from '../model/request-choice.ts';

/** Of whose webhooks a pusher who waits is told more than their number: those with this reach, and those with less. */
export const WAIT_SHOW = ['repository', 'company', 'all'] as const;
export type WaitShow = (typeof WAIT_SHOW)[number];

/** Whose webhooks `git push -o belfry.skip` may silence: nobody's, those of one repository, or all. */
export const PUSH_SKIP = ['off', 'repository', 'all'] as const;
export type PushSkip = (typeof PUSH_SKIP)[number];

export type Settings = ReturnType<typeof defaultSettings>;
export type SettingKey = keyof Settings;

/** Defaults that need the machine's name take it as a parameter. */
export function defaultSettings(hostname: string, web = `http://${hostname}`) {
  const webUrl = withoutSlashes(web);
  const host = new URL(webUrl).hostname;
  return {
    'web.url': webUrl,
    'web.style': 'gitee' as LinkStyle,
    'clone.http': webUrl,
    'clone.ssh': `git@${host}:`,
    'clone.git': `git://${host}/`,
    'mail.domain': `users.noreply.${host}`,
    'time.offset': '+08:00',
    'push.wait': 0,
    'push.skip': 'off' as PushSkip,
    'push.trusted': [] as string[],
    'wait.show': 'repository' as WaitShow,
    'git.alternates': [] as string[],
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
    'mr.enabled': 'chosen' as RequestSetting,
    'robot.language': 'en' as Language,
    'test.header': 'hook' as 'hook' | 'underscore',
    'net.allow': [] as string[],
    'net.deny': [] as string[],
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

/** What every setting is for: the command line and its errors say it. */
export const settingHelp: Record<SettingKey, string> = {
  'web.url': 'Web front end of the repositories; commit and compare links start with it',
  'web.style': 'Style of its links: gitee, gitea, cgit, cgit-remove-suffix or gitweb',
  'clone.http': 'Clone URLs over http(s) start with it',
  'clone.ssh': 'Clone URLs over ssh start with it, e.g. git@example.com:',
  'clone.git': 'Clone URLs of the git protocol start with it',
  'mail.domain': 'E-mail addresses of users without one are LOGIN@ this domain',
  'time.offset': 'Offset of the times that the server itself sets (commits keep their own)',
  'push.wait': 'Seconds for which every push waits for its first answers; 0: never',
  'push.skip':
    'Whose webhooks a pusher may silence with `git push -o belfry.skip` or `-o belfry.skip=NAME`: off (nobody’s), repository (those of one repository) or all',
  'push.trusted':
    'Unix accounts that may name the pusher, beside belfry’s own and root, e.g. www-data for smart HTTP; a list with commas or spaces, replaced as a whole',
  'wait.show':
    'Webhooks whose hosts and errors are shown to a pusher who waits: repository, company (and repository) or all; the others are only counted',
  'git.alternates':
    'Directories from which repositories that others may write can borrow objects (alternates), beside readable ones below the roots; a list with commas or spaces, replaced as a whole',
  'payload.commits': 'Maximum number of commits listed in one push; the total is always the true one',
  'delivery.concurrency': 'Maximum number of requests in flight to one webhook',
  'delivery.connect_timeout': 'Seconds until a connection must be established',
  'delivery.timeout': 'Seconds until an answer must be complete (a webhook may have its own)',
  'keep.days': 'Days after which finished deliveries and their attempts are removed',
  'keep.deliveries': 'Maximum number of finished deliveries kept; the oldest are removed first',
  'worker.linger': 'Seconds the worker stays when nothing is pending',
  'scan.every': 'Hours between ref checks of all repositories; 0: only `belfry scan`',
  'install.new':
    'Whether `belfry scan` and the worker’s ref checks install hooks in repositories below the roots that have none: off, on, or a list with commas or spaces of directories (absolute paths) below which they do',
  'repo.exclude':
    'Globs over names of repositories that are not announced, e.g. **/*.wiki,acme/tmp-*; a leading `!` takes back; empty: none; a list with commas, replaced as a whole',
  'mr.enabled':
    'Merge requests by refs/for: chosen (where `belfry install --merge-requests` chose them), on (also wherever there is no update hook) or off',
  'robot.language': 'Language of chat messages unless the webhook has its own: en, zh or ru',
  'test.header':
    'Event header of a test: hook (Push Hook) or underscore (push_hooks, as gitee.com since 2023)',
  'net.allow':
    'Addresses (CIDR) or host globs that may be reached although the default refuses them; a list with commas or spaces, replaced as a whole',
  'net.deny':
    'Addresses (CIDR) or host globs that may never be reached; a list with commas or spaces, replaced as a whole',
  'proxy.http': 'Proxy for http:// targets; empty: none (a webhook may have its own)',
  'proxy.https': 'Proxy for https:// targets; empty: none (a webhook may have its own)',
  'proxy.exclude':
    'Hosts reached without proxy, as in no_proxy: .example.com, 10.0.0.0/8, host:8080; replaced as a whole',
};

/** The settings that links are made from. */
export function linkBases(settings: Settings): LinkBases {
  return {
    web: settings['web.url'],
    style: settings['web.style'],
    http: settings['clone.http'],
    ssh: settings['clone.ssh'],
    git: settings['clone.git'],
  };
}
