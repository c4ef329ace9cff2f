/** What every setting is for: the command line and its errors say it. */
import type { SettingKey } from './settings.ts';

export const settingHelp: Record<SettingKey, string> = {
  'web.url': 'web front end of the repositories; commit and compare links start with it',
  'web.style': 'how its links are made: gitee, gitea, cgit, cgit-remove-suffix or gitweb',
  'clone.http': 'clone URLs over http(s) start with it',
  'clone.ssh': 'clone URLs over ssh start with it, e.g. git@example.com:',
  'clone.git': 'clone URLs of the git protocol start with it',
  'mail.domain': 'e-mail addresses of users without one are LOGIN@ this domain',
  'time.offset': 'offset of the times that the server itself sets (commits keep their own)',
  'push.wait': 'seconds for which every push waits for its first answers; 0: never',
  'push.trusted':
    'Unix accounts that may name the pusher, beside belfry’s own and root: www-data for smart HTTP',
  'wait.show':
    'webhooks whose hosts and errors a pusher who waits is shown: repository, company (and those of the repository) or all; of the others their number',
  'git.alternates':
    'directories from which repositories that others may write can borrow objects (alternates), beside readable ones below the roots',
  'payload.commits': 'most commits listed in one push; the total is always the true one',
  'delivery.concurrency': 'requests at once to one webhook',
  'delivery.connect_timeout': 'seconds until a connection must stand',
  'delivery.timeout': 'seconds until an answer must be complete (a webhook may have its own)',
  'keep.days': 'days after which finished deliveries and their attempts are removed',
  'keep.deliveries': 'most finished deliveries that are kept; the oldest go first',
  'worker.linger': 'seconds for which the worker stays when nothing is owed',
  'scan.every': 'hours between comparisons of all refs with what was announced; 0: only `belfry scan`',
  'install.new':
    'whether `scan` and the worker’s daily look put hooks into repositories below the roots that have none: off, on, or the directories (absolute paths) below which they do',
  'repo.exclude':
    'globs over names of repositories that are not announced, e.g. **/*.wiki,acme/tmp-*; `!` in front takes back; empty: none',
  'mr.enabled':
    'merge requests by refs/for: chosen (where `belfry install --merge-requests` chose them), on (wherever no update hook is, too) or off',
  'robot.language': 'language of chat messages unless the webhook has its own: en, zh or ru',
  'test.header':
    'event header of a test: hook (Push Hook) or underscore (push_hooks, as gitee.com since 2023)',
  'net.allow': 'addresses (CIDR) or host globs that may be reached although the default refuses them',
  'net.deny': 'addresses (CIDR) or host globs that may never be reached',
  'proxy.http': 'proxy for http:// targets; empty: none (a webhook may have its own)',
  'proxy.https': 'proxy for https:// targets; empty: none (a webhook may have its own)',
  'proxy.exclude': 'hosts reached without proxy, as in no_proxy: .example.com, 10.0.0.0/8, host:8080',
};
