import t from 'tap';
import { robotKey, robotToken } from '../../src/masking/robot-token.ts';

const DINGTALK = 'https://oapi.dingtalk.com/robot/send?access_token=abc';

t.test('the token is where each chat keeps it', async t => {
  t.equal(robotToken('dingtalk', DINGTALK), 'abc');
  t.equal(robotToken('wecom', 'https://qyapi.weixin.qq.com/cgi-bin/webhook/send?debug=1&key=k-1'), 'k-1');
  t.equal(robotToken('feishu', 'https://open.feishu.cn/open-apis/bot/v2/hook/u-1/'), 'u-1');
  t.equal(robotToken('slack', 'https://hooks.slack.com/services/T/B/X'), 'X');
  t.equal(
    robotToken('dingtalk', 'https://gate.example.com/ding/team?x=1'),
    '/ding/team?x=1',
    'a gateway of its own',
  );
});

t.test('the same robot has the same key, another has another', async t => {
  const same = [
    DINGTALK,
    `${DINGTALK}&timestamp=1&sign=s`,
    'https://oapi.dingtalk.com:443/robot/send/?x=1&access_token=abc',
    'https://OAPI.dingtalk.com./robot//send?access_token=abc#part',
  ];
  t.equal(new Set(same.map(url => robotKey('dingtalk', url))).size, 1);
  const different = [
    DINGTALK,
    `${DINGTALK}d`,
    DINGTALK.replace('oapi.dingtalk.com', 'gate.example.com'),
    'https://gate.example.com/ding/a?x=1',
    'https://gate.example.com/ding/a?x=2',
  ];
  t.equal(new Set(different.map(url => robotKey('dingtalk', url))).size, different.length);
  const slack = ['T1/B1/X', 'T1/B2/X', 'T1/B1/Y'].map(path =>
    robotKey('slack', `https://hooks.slack.com/services/${path}`),
  );
  t.equal(new Set(slack).size, 3);
});
