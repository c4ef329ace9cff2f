/**
 * Names of request headers that are not an admin's to set: what HTTP itself needs, what every delivery carries, and what a
 * kind sets. A trailing `*` stands for any end. Light: the command line asks before a kind is loaded.
 */
import type { KindName } from '../model/names.ts';

const ALWAYS = [
  'host',
  'content-*',
  'transfer-encoding',
  // Of one connection, not of the request (RFC 9110 §7.6.1).
  'connection',
  'keep-alive',
  'proxy-*',
  'te',
  'trailer',
  'upgrade',
  'http2-settings',
  // The sender answers for both: it waits for no 100, and it reads what it has asked for.
  'expect',
  'accept-encoding',
  'user-agent',
  'webhook-*',
  'x-belfry-*',
];

const GITEE = ['accept', 'x-gitee-*', 'x-git-oschina-event'];

const HUB = ['accept', 'x-github-*', 'x-hub-signature*'];

/** For chats there are none at all. */
const OF_KIND: Partial<Record<KindName | 'gitlab' | 'gitea', string[]>> = {
  gitee: GITEE,
  jenkins: [...GITEE, 'token'],
  github: HUB,
  gitlab: ['accept', 'x-gitlab-*', 'idempotency-key'],
  gitea: [...HUB, 'x-gitea-*', 'x-gogs-*', 'x-forgejo-*'],
};

/** Whether a webhook of a kind may not have a header of this name, in whatever case. */
export function isReserved(kind: KindName, name: string): boolean {
  const lower = name.toLowerCase();
  return [...ALWAYS, ...(OF_KIND[kind] ?? [])].some(pattern =>
    pattern.endsWith('*') ? lower.startsWith(pattern.slice(0, -1)) : lower === pattern,
  );
}
