/** The vectors of the signatures, as the wire contracts print them. */
import t from 'tap';
import { giteeSignature } from '../../src/kinds/gitee-signature.ts';
import { dingtalkSignature, feishuSignature } from '../../src/kinds/robot-signature.ts';
import { pages } from '../support/pages.ts';

const PAGES = pages();

t.test("Gitee's", async t => {
  const rows = [
    ...PAGES.get('docs/gitee-format.md')!.matchAll(/^\| `([^`]+)` \| (\d{13}) \| `([\w+/]{43}=)` \|/gm),
  ];
  t.equal(rows.length, 3);
  for (const [, secret, timestamp, sign] of rows) t.equal(giteeSignature(secret!, Number(timestamp)), sign);
});

t.test("the robots'", async t => {
  const rows = [
    ...PAGES.get('docs/chat-robots.md')!.matchAll(
      /^\| (DingTalk|Feishu), m?s \| (\d+) \| `([^`]+)` \| `([\w+/]{43}=)`/gm,
    ),
  ];
  t.equal(rows.length, 4);
  for (const [, robot, timestamp, secret, sign] of rows) {
    const signature = robot === 'DingTalk' ? dingtalkSignature : feishuSignature;
    t.equal(signature(secret!, Number(timestamp)), sign, `${robot}`);
  }
});
