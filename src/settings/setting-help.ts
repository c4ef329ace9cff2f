/** What every setting is for: the command line and its errors say it. */
import type { SettingKey } from './settings.ts';

export const settingHelp: Record<SettingKey, string> = {
  'web.url': 'Web front end of the repositories; commit and compare links start with it',
  'web.style': 'Style of its links: gitee, gitea, cgit, cgit-remove-suffix or gitweb',
  'clone.http': 'Clone URLs over http(s) start with it',
  'clone.ssh': 'Clone URLs over ssh start with it, e.g. git@example.com:',
  'clone.git': 'Clone URLs of the git protocol start with it',
  'mail.domain': 'E-mail addresses of users without one are LOGIN@ this domain',
  'time.offset': 'Offset of the times that the server itself sets (commits keep their own)',
  'push.wait': 'Seconds for which every push waits for its first answers; 0: never',
  'push.trusted':
    'Unix accounts that may name the pusher, beside belfry’s own and root, e.g. www-data for smart HTTP',
  'wait.show':
    'Webhooks whose hosts and errors are shown to a pusher who waits: repository, company (and repository) or all; the others are only counted',
  'git.alternates':
    'Directories from which repositories that others may write can borrow objects (alternates), beside readable ones below the roots',
  'payload.commits': 'Maximum number of commits listed in one push; the total is always the true one',
  'delivery.concurrency': 'Maximum number of requests in flight to one webhook',
  'delivery.connect_timeout': 'Seconds until a connection must be established',
  'delivery.timeout': 'Seconds until an answer must be complete (a webhook may have its own)',
  'keep.days': 'Days after which finished deliveries and their attempts are removed',
  'keep.deliveries': 'Maximum number of finished deliveries kept; the oldest are removed first',
  'worker.linger': 'Seconds the worker stays when nothing is pending',
  'scan.every': 'Hours between ref checks of all repositories; 0: only `belfry scan`',
  'install.new':
    'Whether `belfry scan` and the worker’s ref checks install hooks in repositories below the roots that have none: off, on, or the directories (absolute paths) below which they do',
  'repo.exclude':
    'Globs over names of repositories that are not announced, e.g. **/*.wiki,acme/tmp-*; a leading `!` takes back; empty: none',
  'mr.enabled':
    'Merge requests by refs/for: chosen (where `belfry install --merge-requests` chose them), on (also wherever there is no update hook) or off',
  'robot.language': 'Language of chat messages unless the webhook has its own: en, zh or ru',
  'test.header':
    'Event header of a test: hook (Push Hook) or underscore (push_hooks, as gitee.com since 2023)',
  'net.allow': 'Addresses (CIDR) or host globs that may be reached although the default refuses them',
  'net.deny': 'Addresses (CIDR) or host globs that may never be reached',
  'proxy.http': 'Proxy for http:// targets; empty: none (a webhook may have its own)',
  'proxy.https': 'Proxy for https:// targets; empty: none (a webhook may have its own)',
  'proxy.exclude': 'Hosts reached without proxy, as in no_proxy: .example.com, 10.0.0.0/8, host:8080',
};
