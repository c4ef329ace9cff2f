/** A kind by its name, loaded when the first webhook of it has something to send: the robots' words take 25 ms. */
import type { Kind, KindName } from './kind.ts';

const KINDS: Record<KindName, () => Promise<Kind>> = {
  gitee: async () => (await import('./gitee.ts')).gitee,
  dingtalk: async () => (await import('./dingtalk.ts')).dingtalk,
  wecom: async () => (await import('./wecom.ts')).wecom,
  feishu: async () => (await import('./feishu.ts')).feishu,
  slack: async () => (await import('./slack.ts')).slack,
};

export function loadKind(name: KindName): Promise<Kind> {
  return KINDS[name]();
}
