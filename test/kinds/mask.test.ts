/** What is shown of URLs, requests and answers. */
import t from 'tap';
import { maskSecrets } from '../../src/masking/mask-secrets.ts';
import { maskUrl } from '../../src/masking/mask-url.ts';

const TOKEN = '0123456789abcdef0123456789abcdef';
const DINGTALK = `https://oapi.dingtalk.com/robot/send?access_token=${TOKEN}`;

t.test('a robot shows its host and the end of its token', async t => {
  t.equal(maskUrl('dingtalk', `${DINGTALK}&sign=x`), 'https://oapi.dingtalk.com/…cdef');
  t.equal(
    maskUrl('slack', 'https://hooks.slack.com/services/T0/B0/abcdefghijklmnopqrstuvwx'),
    'https://hooks.slack.com/…uvwx',
  );
  t.equal(
    maskUrl('slack', 'https://chat.example.com:8443/hooks/short'),
    'https://chat.example.com:8443/…',
    'too short to show any of it',
  );
  t.equal(maskUrl('feishu', 'https://user:pw@gate.example.com/'), 'https://gate.example.com/…');
});

t.test('another webhook shows its path, but no password and no value', async t => {
  const rows: [url: string, shown: string][] = [
    ['https://ci.example.com/job/app', 'https://ci.example.com/job/app'],
    ['https://me:secret@ci.example.com/job', 'https://***:***@ci.example.com/job'],
    ['https://ci.example.com/job?token=abc&x=1#frag', 'https://ci.example.com/job?token=***&x=***'],
    ['https://ci.example.com/job?abc', 'https://ci.example.com/job?***'],
  ];
  for (const [url, shown] of rows) t.equal(maskUrl('gitee', url), shown);
});

t.test('secrets are gone in every spelling', async t => {
  const target = { kind: 'dingtalk', url: DINGTALK, secret: 'SEC+a/b=c' } as const;
  const text = `POST ${DINGTALK}&timestamp=1&sign=A%2BB%3D with SEC+a/b=c, SEC%2Ba%2Fb%3Dc; token ${TOKEN} {"sign":"QnW="}`;
  const masked = maskSecrets(text, target);
  for (const secret of [TOKEN, 'SEC+', 'SEC%2B', 'A%2BB', 'QnW='])
    t.notOk(masked.includes(secret), `${secret} in ${masked}`);
  t.match(masked, '"sign":"***"');
});

t.test('our own address is gone from what robots answer, and nothing else', async t => {
  const target = {
    kind: 'wecom',
    url: 'https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=k-0123456789',
    secret: null,
  } as const;
  const answer =
    'invalid webhook url, hint: [1637058459], from ip: 203.0.113.9, more info at https://open.work.weixin.qq.com/devtool/query?e=93000';
  t.equal(maskSecrets(answer, target), answer.replace('203.0.113.9', '***'));
  t.equal(maskSecrets('from 2001:db8::17.', target), 'from ***.');
  t.equal(maskSecrets('ip:203.0.113.9:443', target), 'ip:***:443');
  for (const text of ['at 12:31:05', 'a::b', 'release 1.2.3', 'deadbeef', '999.1.1.1', 'x: y'])
    t.equal(maskSecrets(text, target), text);
  t.equal(
    maskSecrets('203.0.113.9', { ...target, kind: 'gitee' }),
    '203.0.113.9',
    'another receiver may speak of addresses',
  );
});

t.test('a long text of hex digits is read in no time', async t => {
  const text = 'a'.repeat(65_536);
  t.equal(maskSecrets(text, { kind: 'wecom', url: DINGTALK, secret: null }), text);
});
