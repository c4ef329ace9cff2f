/** The kind of a webhook by the host of its URL, as Gitee does it too (gitee-format.md §10): an admin only pastes the URL. */
import type { KindName } from '../model/names.ts';

const HOSTS: Record<string, KindName> = {
  'oapi.dingtalk.com': 'dingtalk',
  'qyapi.weixin.qq.com': 'wecom',
  'open.feishu.cn': 'feishu',
  'open.larksuite.com': 'feishu',
  'hooks.slack.com': 'slack',
  'hooks.slack-gov.com': 'slack',
};

/** @param url an absolute URL; @throws TypeError when it is none */
export function kindOfUrl(url: string): KindName {
  const host = new URL(url).hostname.replace(/\.$/, '');
  return Object.hasOwn(HOSTS, host) ? HOSTS[host]! : 'gitee';
}
