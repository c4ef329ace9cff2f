/** Robots at the command line: where URL and secret come from, what a test says, what is refused at the door. */
import t from 'tap';
import { belfry } from '../support/belfry.ts';
import { robot } from '../support/robot.ts';
import { ANSWERS, OUR_ADDRESS } from '../support/robot-answers.ts';

const SECRET = 'SEC0a1b2c3d4e5f60718293a4b5c6d7e8f9';
const KIND = ['--kind', 'dingtalk', '--all'];

t.test('a robot whose URL and secret come by standard input is tested', async t => {
  const bell = belfry(t, t.testdir({}));
  const dingtalk = await robot(t, 'dingtalk', Date.now, { secret: SECRET });
  const token = new URL(dingtalk.url).searchParams.get('access_token')!;
  const stdin = `${dingtalk.url}\n${SECRET}\n`;
  const added = await bell.run(['webhook', 'add', '--url-stdin', '--secret-stdin', '--lang', 'zh', ...KIND], {
    stdin,
  });
  t.equal(added.status, 0, added.stderr);
  t.notMatch(added.stdout, token);

  const good = await bell.run(['webhook', 'test', '1']);
  t.equal(good.status, 0, good.stdout + good.stderr);
  t.match(good.stdout, /verdict: delivered\nTest delivered\n$/);
  t.match(dingtalk.chat()[0]!.text, '这是一条测试消息');

  dingtalk.answerNext(ANSWERS.dingtalk.address);
  const refused = await bell.run(['webhook', 'test', '1']);
  t.equal(refused.status, 1);
  const words = refused.stdout.replace(/\s+/g, ' ');
  t.match(words, 'verdict: needs a person – DingTalk says "ip *** not in whitelist,');
  t.match(
    words,
    '(310000): this server’s address is not on the robot’s list; add it in the security settings',
  );
  t.match(words, /Test failed $/);
  for (const secret of [token, SECRET, OUR_ADDRESS]) t.notMatch(refused.stdout, secret);

  dingtalk.answerNext(ANSWERS.dingtalk.tooFast);
  t.equal((await bell.run(['webhook', 'test', '1'])).status, 1);
  const paused = await bell.run(['webhook', 'test', '1']);
  t.equal(paused.status, 1);
  t.match(paused.stderr, /Test not sent: the rate limit of this robot is used up until \d{4}-/);
  t.equal(dingtalk.calls.length, 3, 'nothing was sent into the pause');
});

t.test('what no robot can have is refused at the door, without showing the URL', async t => {
  const bell = belfry(t, t.testdir({}));
  const env = { ROBOT: 'https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=0f1e2d3c-4b5a' };
  const add = async (...more: string[]) => {
    const { status, stderr } = await bell.run(['webhook', 'add', '--all', ...more], { env });
    t.equal(status, 2, more.join(' '));
    t.notMatch(stderr, '0f1e2d3c');
    return stderr;
  };
  t.match(await add(), 'Missing URL: give it as an argument, or use --url-stdin or --url-env.');
  t.match(await add('--url-env', 'NOTHING'), 'the environment has no variable NOTHING');
  t.match(await add('--url-env', 'ROBOT', 'https://example.com/'), 'only one of the URL itself');
  t.match(await add('--url-env', 'ROBOT', '--keyword', 'a\nb'), 'one line of 1 to 64 characters');
  t.match(await add('--url-env', 'ROBOT', '--keyword', 'x'.repeat(65)), 'one line of 1 to 64 characters');
  t.match(
    await add('--url-env', 'ROBOT', '--generate-secret'),
    'wanted none for a wecom robot: its URL is its key',
  );
  t.match(
    await add('https://oapi.dingtalk.com/robot/send?access_token=1', '--generate-secret'),
    'wanted the one that dingtalk made for the robot',
  );
  const added = await bell.json<{ kind: string; url: string }>(
    ['webhook', 'add', '--all', '--url-env', 'ROBOT'],
    {
      env,
    },
  );
  t.match(added, { kind: 'wecom', url: 'https://qyapi.weixin.qq.com/…' });
});
