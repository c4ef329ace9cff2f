/**
 * The kind of a webhook by the host of its URL, as Gitee does it too (gitee-format.md §10), or by the end of its path: an admin
 * only pastes the URL.
 */
import type { KindName } from '../model/names.ts';
import { jenkinsPlace } from './jenkins-request.ts';

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
  if (Object.hasOwn(HOSTS, host)) return HOSTS[host]!;
  return jenkinsPlace(url) === null ? 'gitee' : 'jenkins';
}
