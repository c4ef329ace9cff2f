/** DingTalk's answer codes (chat-robots.md §2.6). */
import type { Row } from './robot-verdict.ts';

const MINUTE = 60_000;

const NO_ROBOT = 'there is no robot for this access_token; copy the webhook URL from the robot’s page again';
const TOO_FAST =
  'more than 20 messages in a minute; it is blocked for ten minutes, then belfry sends a digest';
const UNSAFE = 'the platform refuses what the message contains; belfry sends a plain text without it';
const OUR_BUG = 'this is a mistake of belfry; please report it';

export const DINGTALK_CODES: Record<number, Row> = {
  [-1]: { kind: 'transient', advice: 'DingTalk is busy; belfry tries again by itself' },
  40035: { kind: 'payload', reason: 'rejected', advice: OUR_BUG },
  43002: { kind: 'payload', reason: 'rejected', advice: OUR_BUG },
  43004: { kind: 'payload', reason: 'rejected', advice: OUR_BUG },
  90002: {
    kind: 'rate',
    scope: 'robot',
    retryAfterMs: 1_000,
    advice: 'DingTalk is throttling; belfry waits',
  },
  90018: {
    kind: 'rate',
    scope: 'robot',
    retryAfterMs: 1_000,
    advice: 'DingTalk is throttling; belfry waits',
  },
  101002: {
    kind: 'payload',
    reason: 'too_long',
    advice: 'the message is too long; belfry sends a shorter one',
  },
  130101: { kind: 'rate', scope: 'robot', retryAfterMs: 10 * MINUTE, advice: TOO_FAST },
  300001: { kind: 'config', reason: 'token', advice: NO_ROBOT },
  300005: { kind: 'config', reason: 'token', advice: NO_ROBOT },
  400013: { kind: 'config', reason: 'disabled', advice: 'the group was dissolved; remove this webhook' },
  400101: { kind: 'config', reason: 'token', advice: NO_ROBOT },
  400102: {
    kind: 'config',
    reason: 'disabled',
    advice: 'the robot is switched off; switch it on in the group’s settings, then enable the webhook again',
  },
  400105: { kind: 'payload', reason: 'rejected', advice: 'it does not know this type of message' },
  400106: { kind: 'config', reason: 'token', advice: NO_ROBOT },
  410100: { kind: 'rate', scope: 'robot', retryAfterMs: 10 * MINUTE, advice: TOO_FAST },
  430101: { kind: 'payload', reason: 'content_policy', advice: UNSAFE },
  430102: { kind: 'payload', reason: 'content_policy', advice: UNSAFE },
  430103: { kind: 'payload', reason: 'content_policy', advice: UNSAFE },
  430104: { kind: 'payload', reason: 'content_policy', advice: UNSAFE },
  460101: {
    kind: 'payload',
    reason: 'too_long',
    advice: 'the message is too long; belfry sends a shorter one',
  },
};

/** 310000 is one code for four causes; only the words tell them apart, and they changed over the years. */
export function securityRow(text: string): Row {
  if (/keyword|关键词/i.test(text)) {
    const advice = 'no keyword of the robot is in the message; give the webhook one of them with --keyword';
    return { kind: 'config', reason: 'keyword', advice };
  }
  // Before the clock: the long Chinese text about a wrong signature mentions time stamps too.
  if (/sign not match|签名不匹配/i.test(text)) {
    const advice =
      'the robot rejects our signature: wrong secret, or signing is off; copy the SEC… secret from its security settings';
    return { kind: 'config', reason: 'sign', advice };
  }
  if (/timestamp/i.test(text)) {
    const advice = 'the robot finds our time more than an hour wrong; set this server’s clock right';
    return { kind: 'config', reason: 'clock', advice };
  }
  if (/whitelist|白名单/i.test(text)) {
    const advice =
      'this server’s address is not on the robot’s list; add it in the security settings, or use signing instead';
    return { kind: 'config', reason: 'ip', advice };
  }
  const advice =
    'the robot’s security settings refuse the message; compare its keywords, secret and address list with the webhook';
  return { kind: 'config', reason: 'forbidden', advice };
}

/** An answer of the gate before DingTalk, without `errcode`: our address is banned for five minutes. */
export const ADDRESS_BANNED: Row = {
  kind: 'rate',
  scope: 'host',
  retryAfterMs: 5 * MINUTE,
  advice: 'DingTalk refuses this server’s address for five minutes; belfry holds all its robots until then',
};
