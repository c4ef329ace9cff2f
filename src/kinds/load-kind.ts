/** A kind by its name, loaded when the first webhook of it has something to send: the robots' words take 25 ms. */

import type { KindName } from '../model/names.ts';
import type { Kind } from './kind.ts';

const KINDS: Record<KindName, () => Promise<Kind>> = {
  gitee: async () => (await import('./gitee.ts')).gitee,
  dingtalk: async () => (await import('./dingtalk.ts')).dingtalk,
  wecom: async () => (await import('./wecom.ts')).wecom,
  feishu: async () => (await import('./feishu.ts')).feishu,
  slack: async () => (await import('./slack.ts')).slack,
  jenkins: async () => (await import('./jenkins.ts')).jenkins,
  custom: async () => (await import('./custom.ts')).custom,
  github: async () => (await import('./github.ts')).github,
  gitlab: async () => (await import('./gitlab.ts')).gitlab,
  gitea: async () => (await import('./gitea-forge.ts')).gitea,
};

/** Even of a module that is there, an import takes longer than to sign a delivery. */
const loaded = new Map<KindName, Promise<Kind>>();

export function loadKind(name: KindName): Promise<Kind> {
  const kind = loaded.get(name) ?? KINDS[name]();
  loaded.set(name, kind);
  return kind;
}
