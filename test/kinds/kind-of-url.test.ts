import t from 'tap';
import { kindOfUrl } from '../../src/kinds/kind-of-url.ts';

t.test('the host decides', async t => {
  const rows: [url: string, kind: string][] = [
    ['https://oapi.dingtalk.com/robot/send?access_token=x', 'dingtalk'],
    ['https://OAPI.DingTalk.com:443/robot/send?access_token=x', 'dingtalk'],
    ['https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=x', 'wecom'],
    ['https://open.feishu.cn/open-apis/bot/v2/hook/x', 'feishu'],
    ['https://open.larksuite.com/open-apis/bot/v2/hook/x', 'feishu'],
    ['https://hooks.slack.com/services/T/B/X', 'slack'],
    ['https://hooks.slack.com./services/T/B/X', 'slack'],
    ['https://hooks.slack-gov.com/services/T/B/X', 'slack'],
    ['https://ci.example.com/hook', 'gitee'],
    ['https://hooks.slack.com.example.com/services', 'gitee'],
    ['https://example.com/?u=https://hooks.slack.com/', 'gitee'],
    ['https://constructor/', 'gitee'],
    ['http://127.0.0.1:8080/', 'gitee'],
  ];
  for (const [url, kind] of rows) t.equal(kindOfUrl(url), kind, url);
});
