/** The wire contracts against the code: keys of the schemas, codes of the answers, vectors of the signatures. */
import t from 'tap';
import { issue, issueObject } from '../../src/gitee/issue.ts';
import { branch, mergeRequest, pullRequest } from '../../src/gitee/merge-request.ts';
import { comment, note } from '../../src/gitee/note.ts';
import { commit, push } from '../../src/gitee/push.ts';
import { enterprise, repository } from '../../src/gitee/repository.ts';
import { label, milestone } from '../../src/gitee/thread.ts';
import { commitIdentity, fullUser, shortUser } from '../../src/gitee/user.ts';
import { dingtalk } from '../../src/kinds/dingtalk.ts';
import { feishu } from '../../src/kinds/feishu.ts';
import { giteeSignature } from '../../src/kinds/gitee-signature.ts';
import { pages, section } from '../support/pages.ts';
import { ANSWERS } from '../support/robot-answers.ts';
import { robotSeal } from '../support/robot-form.ts';

const PAGES = pages();

const SEAL = robotSeal('https://robot.example.com/hook?access_token=x');

t.test('every key of every object is in its section', async t => {
  const page = PAGES.get('docs/gitee-format.md')!;
  const objects: [string, { shape: object }][] = [
    ['3.1', fullUser],
    ['3.2', shortUser],
    ['3.3', commitIdentity],
    ['3.4', commit],
    ['3.5', repository],
    ['3.6', enterprise],
    ['3.7', label],
    ['3.8', milestone],
    ['3.9', issueObject],
    ['3.10', pullRequest],
    ['3.11', branch],
    ['3.12', comment],
    ['4', push],
    ['5', issue],
    ['6', mergeRequest],
    ['7', note],
  ];
  for (const [number, { shape }] of objects) {
    const text = section(page, number);
    const missing = Object.keys(shape).filter(key => !text.includes(`\`${key}\``));
    t.strictSame(missing, [], `§${number}`);
  }
});

t.test('every code that a robot answers is in its section', async t => {
  const page = PAGES.get('docs/chat-robots.md')!;
  const has = (number: string, codes: string[]) => {
    const text = section(page, number).replace('430101 to 430104', '430101 430102 430103 430104');
    for (const code of codes) t.match(text, new RegExp(`(?<![\\w-])${code}(?!\\w)`), `${code} in §${number}`);
  };
  const said = (kind: keyof typeof ANSWERS) => Object.values(ANSWERS[kind]).map(({ body }) => body);
  for (const [kind, number] of [
    ['dingtalk', '2.6'],
    ['wecom', '3.4'],
    ['feishu', '4.6'],
  ] as const) {
    const codes = said(kind).flatMap(body => /"(?:errcode|code)":(-?\d+)/.exec(body)?.[1] ?? []);
    t.ok(codes.length > 5, `${kind} has codes`);
    has(number, codes);
  }
  has(
    '5.4',
    said('slack').filter(body => /^[a-z_]{3,}$/.test(body)),
  );
});

t.test("the vectors: Gitee's", async t => {
  const rows = [
    ...PAGES.get('docs/gitee-format.md')!.matchAll(/^\| `([^`]+)` \| (\d{13}) \| `([\w+/]{43}=)` \|/gm),
  ];
  t.equal(rows.length, 3);
  for (const [, secret, timestamp, sign] of rows) t.equal(giteeSignature(secret!, Number(timestamp)), sign);
});

t.test("the vectors: the robots'", async t => {
  const rows = [
    ...PAGES.get('docs/chat-robots.md')!.matchAll(
      /^\| (DingTalk|Feishu), m?s \| (\d+) \| `([^`]+)` \| `([\w+/]{43}=)`/gm,
    ),
  ];
  t.equal(rows.length, 4);
  for (const [, robot, timestamp, secret, sign] of rows) {
    const given = { ...SEAL, secret: secret! };
    const sealed =
      robot === 'DingTalk'
        ? new URL(dingtalk.seal('{}', { ...given, now: Number(timestamp) }).url).searchParams.get('sign')
        : JSON.parse(feishu.seal('{}', { ...given, now: Number(timestamp) * 1_000 }).body).sign;
    t.equal(sealed, sign, `${robot}`);
  }
});
