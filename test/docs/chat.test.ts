/** docs/chat.md says of every answer of a robot what it means. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { PROJECT } from '../support/belfry.ts';
import { ANSWERS, type RobotAnswer } from '../support/robot-answers.ts';

const PAGE = readFileSync(join(PROJECT, 'docs', 'chat.md'), 'utf8');
const HEADS = { dingtalk: 'DingTalk', wecom: 'WeCom', feishu: 'Feishu', slack: 'Slack' };

for (const [kind, answers] of Object.entries(ANSWERS)) {
  t.test(kind, async t => {
    const head = HEADS[kind as keyof typeof HEADS];
    const section = PAGE.split(/^##+ /m).find(one => one.startsWith(head)) ?? '';
    const table = section.replace(/`430101` … `430104`/, '`430101` `430102` `430103` `430104`');
    for (const { body } of Object.values<RobotAnswer>(answers)) {
      const code = codeOf(body);
      if (code !== null) t.ok(table.includes(`\`${code}\``), `${code} is in the table`);
    }
  });
}

/** A number, or one word; null for success and for what has no code. */
function codeOf(body: string): string | null {
  if (/^[a-z_]{3,}$/.test(body)) return body;
  const code = /"(?:errcode|code)":"?(-?\d+)/.exec(body)?.[1];
  return code === undefined || (code === '0' && !body.includes('Warning')) ? null : code;
}
