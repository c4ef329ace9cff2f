/** What the four chats say, word for word as it was recorded or documented (chat-robots.md §2.6, §3.4, §4.6, §5.4). */

export interface RobotAnswer {
  status: number;
  body: string;
  headers?: Record<string, string>;
  /** What belfry is to make of it. */
  means: 'ok' | 'config' | 'payload' | 'too_long' | 'rate' | 'ban' | 'transient';
}

/** The caller's address, which some answers give away. */
export const OUR_ADDRESS = '203.0.113.77';

type Means = RobotAnswer['means'];

const MORE = 'more: [https://ding-doc.example/doc#/serverapi2/qf2nxq]';
const ding = (means: Means, errcode: number | string, errmsg: string) => json(means, { errcode, errmsg });
const wecom = (means: Means, errcode: number, errmsg: string) =>
  json(means, {
    errcode,
    errmsg: `${errmsg}, hint: [1795312800321], from ip: ${OUR_ADDRESS}, more info at https://open.work.example/devtool/query?e=${errcode}`,
  });
const feishu = (means: Means, code: number, msg: string, status = 200) =>
  json(means, { code, data: {}, msg }, status);
const slack = (means: Means, status: number, body: string, headers = {}): RobotAnswer => ({
  status,
  body,
  headers: { 'content-type': 'text/html', ...headers },
  means,
});

export const ANSWERS = {
  dingtalk: {
    ok: ding('ok', 0, 'ok'),
    okAsText: ding('ok', '0', 'ok'),
    busy: ding('transient', -1, '系统繁忙'),
    noJson: ding('payload', 40035, '缺少参数 json'),
    noToken: ding('config', 40035, '缺少参数 access_token'),
    method: ding('payload', 43002, '需要POST请求'),
    contentType: ding('payload', 43004, '无效的HTTP HEADER Content-Type'),
    unknownToken: ding('config', 300001, 'token is not exist'),
    unknownTokenToo: ding('config', 300005, 'token is not exist'),
    dissolved: ding('config', 400013, '群已被解散'),
    noSuchToken: ding('config', 400101, 'access_token不存在'),
    off: ding('config', 400102, '机器人已停用'),
    messageType: ding('payload', 400105, '不支持的消息类型'),
    noRobot: ding('config', 400106, '机器人不存在'),
    throttled: ding('rate', 410100, '发送速度太快而限流'),
    tooFast: ding('rate', 130101, 'send too fast, exceed 20 times per minute'),
    unsafeLink: ding('payload', 430101, 'unsafe link'),
    unsafeText: ding('payload', 430102, 'unsafe text'),
    unsafePicture: ding('payload', 430103, 'unsafe picture'),
    unsafeContent: ding('payload', 430104, 'unsafe content'),
    tooLong: ding('too_long', 460101, 'message too long, exceed 20000 bytes'),
    tooLongOld: ding('too_long', 101002, 'message is too long'),
    keyword: ding('config', 310000, `keywords not in content, ${MORE}`),
    keywordChinese: ding('config', 310000, '错误描述:关键词不匹配'),
    sign: ding('config', 310000, `sign not match, ${MORE}`),
    signChinese: ding(
      'config',
      310000,
      '错误描述:机器人发送签名不匹配；解决方案:请确认签名和生成签名的时间戳必须都放在调用的网址中',
    ),
    clock: ding('config', 310000, `invalid timestamp, ${MORE}`),
    address: ding('config', 310000, `ip ${OUR_ADDRESS} not in whitelist, ${MORE}`),
    addressChinese: ding('config', 310000, `错误描述:来源IP ${OUR_ADDRESS} 不在白名单内`),
    globalLimit: ding('rate', 90002, '服务器调用频率超过全局限制'),
    appLimit: ding('rate', 90018, 'app call frequency limited'),
    banned: json('ban', { status: 1111, wait: 5, source: 'x5', punish: 'deny', uuid: 'b2f1' }),
    page: slack('transient', 200, '<!doctype html><title>login</title>'),
    nothing: slack('transient', 200, ''),
    noCode: json('transient', {}),
    nullCode: json('transient', { errcode: null, errmsg: null }),
    broken: slack('transient', 502, 'bad gateway'),
  },
  wecom: {
    ok: json('ok', { errcode: 0, errmsg: 'ok' }),
    halfRead: wecom('payload', 0, 'ok. Warning: wrong json format. '),
    busy: wecom('transient', -1, 'system busy'),
    messageType: wecom('payload', 40008, 'invalid message type'),
    tooLong: wecom('too_long', 40058, 'markdown.content exceed max length 4096. invalid Request Parameter'),
    parameter: wecom('payload', 40058, 'invalid Request Parameter'),
    empty: wecom('payload', 44004, 'empty content'),
    tooFast: wecom('rate', 45009, 'api freq out of limit'),
    atOnce: wecom('rate', 45033, 'api concurrent out of limit'),
    unknownKey: wecom('config', 93000, 'invalid webhook url'),
    off: wecom('config', 93004, 'robot is disabled'),
    notInGroup: wecom('config', 93008, 'robot not in group'),
    nothing: slack('transient', 200, ''),
    noCode: json('transient', {}),
  },
  feishu: {
    ok: json('ok', { StatusCode: 0, StatusMessage: 'success', code: 0, data: {}, msg: 'success' }),
    okOld: json('ok', { Extra: null, StatusCode: 0, StatusMessage: 'success' }),
    badRequest: feishu('payload', 9499, 'Bad Request'),
    badRequest400: feishu('payload', 9499, 'Bad Request', 400),
    tooMany: feishu('rate', 9499, 'too many request'),
    tooFast: feishu('rate', 11232, 'frequency limited psm[lark.oapi.app_platform_runtime]appID[1500]'),
    creation: feishu('rate', 11233, 'create message limit'),
    creationToo: feishu('rate', 11247, 'create message limit'),
    unknownToken: feishu('config', 19001, 'param invalid: incoming webhook access token invalid'),
    parameters: feishu('payload', 19002, 'params error, msg_type need'),
    off: feishu('config', 19007, 'Bot Not Enabled'),
    sign: feishu('config', 19021, 'sign match fail or timestamp is not within one hour from current time'),
    address: feishu('config', 19022, `Ip Not Allowed: ${OUR_ADDRESS}`),
    keyword: feishu('config', 19024, 'Key Words Not Found'),
    tooLong: feishu('too_long', 19036, 'message is over 30 KB'),
    card: feishu('payload', 11246, 'card content parse error', 400),
    cardTables: feishu('payload', 11310, 'card table number over limit'),
    cardElement: feishu('payload', 230099, 'Failed to create card content, ext=ErrCode: 11310'),
    cardAt: feishu('payload', 200621, 'parse card json err'),
    wrongPath: slack('config', 404, '404 page not found'),
    nothing: slack('transient', 200, ''),
    nullCode: json('transient', { code: null }),
  },
  slack: {
    ok: slack('ok', 200, 'ok'),
    invalidPayload: slack('payload', 400, 'invalid_payload'),
    noText: slack('payload', 400, 'no_text'),
    attachments: slack('payload', 400, 'too_many_attachments'),
    invalidBlocks: slack('payload', 400, 'invalid_blocks'),
    blocksFormat: slack('payload', 400, 'invalid_blocks_format'),
    tooLong: slack('too_long', 400, 'msg_too_long'),
    blocksTooLong: slack('too_long', 400, 'msg_blocks_too_long'),
    noUser: slack('config', 400, 'user_not_found'),
    noChannel: slack('config', 404, 'channel_not_found'),
    prohibited: slack('config', 403, 'action_prohibited'),
    invalidToken: slack('config', 403, 'invalid_token'),
    general: slack('config', 403, 'posting_to_general_channel_denied'),
    noService: slack('config', 404, 'no_service'),
    noServiceId: slack('config', 404, 'no_service_id'),
    noTeam: slack('config', 404, 'no_team'),
    noHooks: slack('config', 404, 'no_active_hooks'),
    teamOff: slack('config', 404, 'team_disabled'),
    archived: slack('config', 410, 'channel_is_archived'),
    tooFast: slack('rate', 429, 'rate_limited', { 'retry-after': '30' }),
    rollup: slack('transient', 500, 'rollup_error'),
    page: slack('transient', 200, '<!doctype html><title>login</title>'),
    moved: slack('config', 302, '', { location: 'https://example.com/' }),
  },
} as const satisfies Record<string, Record<string, RobotAnswer>>;

function json(means: Means, value: object, status = 200): RobotAnswer {
  return {
    status,
    body: JSON.stringify(value),
    headers: { 'content-type': 'application/json' },
    means,
  };
}
