/** All kinds by name. */
import { dingtalk } from './dingtalk.ts';
import { feishu } from './feishu.ts';
import { gitee } from './gitee.ts';
import type { Kind, KindName } from './kind.ts';
import { slack } from './slack.ts';
import { wecom } from './wecom.ts';

const KINDS: Record<KindName, Kind> = { gitee, dingtalk, wecom, feishu, slack };

export function kindOf(name: KindName): Kind {
  return KINDS[name];
}

/** True when all events of one push go out in one message. */
export function isGrouped(name: KindName): boolean {
  return KINDS[name].grouping === 'push';
}
