/** DingTalk's custom robot (chat-robots.md §2): markdown for pushes, a card for what has one page of its own. */
import { createHash, createHmac } from 'node:crypto';
import { limitText } from '../messages/clean-text.ts';
import { dingtalkDialect, dingtalkTextDialect } from '../messages/dialects.ts';
import { type Outline, plain } from '../messages/outline.ts';
import type { Form } from '../messages/outline-of.ts';
import { markupText, plainText } from '../messages/text-of.ts';
import { chatKind, judgeByCode, robotRequest } from './chat-kind.ts';
import type { Seal } from './kind.ts';
import { codeIn, OUR_BUG, textIn, verdictOf } from './robot-verdict.ts';

/** Of the whole body as JSON, and of its text, which people have to read (chat-robots.md §9). */
const BUDGET = { bytes: 18_000, characters: 3_500 };
/** For the `msgUuid` that sealing adds. */
const SEALED_BYTES = 100;
/** Graphemes of the line in the list of chats. */
const TITLE = 100;
const MINUTE = 60_000;

interface Message {
  msgtype: string;
  /** Only what comes behind the delivery's id. */
  msgUuid?: string;
  [type: string]: unknown;
}

const NO_ROBOT = 'there is no robot for this access_token; copy the webhook URL from the robot’s page again';

export const dingtalk = chatKind<{ message: Message; text: string }>({
  name: 'dingtalk',

  write,

  fits: ({ message, text }, share) =>
    text.length <= BUDGET.characters * share &&
    Buffer.byteLength(JSON.stringify(message)) <= BUDGET.bytes * share - SEALED_BYTES,

  message: ({ message }, form) =>
    JSON.stringify(form.fallback > 0 || form.digest ? { ...message, msgUuid: suffix(message) } : message),

  seal(message, seal) {
    const body: Message = JSON.parse(message);
    // A repeat of the same message, after a timeout say, has the same name and does not appear twice; what an admin
    // has sent again is to appear again.
    const again = seal.redeliveries > 0 ? `-r${seal.redeliveries}` : '';
    const msgUuid = `${seal.deliveryId}${again}${body.msgUuid ?? ''}`;
    return robotRequest(signedUrl(seal), JSON.stringify({ ...body, msgUuid }));
  },

  judge: judgeByCode({
    label: 'DingTalk',
    read: body => ({ code: codeIn(body.errcode), text: textIn(body.errmsg) }),

    // chat-robots.md §2.6
    codes: [
      [[-1], 'busy', 'DingTalk is busy; belfry tries again by itself'],
      [[40035], 'token', NO_ROBOT, /access_token/],
      [[40035, 43002, 43004], 'rejected', OUR_BUG],
      [[90002, 90018], { pauseMs: 1_000 }, 'DingTalk is throttling; belfry waits'],
      [[101002, 460101], 'too_long', 'the message is too long; belfry sends a shorter one'],
      [
        [130101, 410100],
        { pauseMs: 10 * MINUTE },
        'more than 20 messages in a minute; it is blocked for ten minutes, then belfry sends a digest',
      ],
      [[300001, 300005, 400101, 400106], 'token', NO_ROBOT],
      // One code for four causes: only the words tell them apart, and they changed over the years.
      [
        [310000],
        'keyword',
        'no keyword of the robot is in the message; give the webhook one of them with --keyword',
        /keyword|关键词/i,
      ],
      // Before the clock: the long Chinese text about a wrong signature mentions time stamps too.
      [
        [310000],
        'sign',
        'the robot rejects belfry’s signature: wrong secret, or signing is off; copy the SEC… secret from its security settings',
        /sign not match|签名不匹配/i,
      ],
      [
        [310000],
        'clock',
        'the robot finds this server’s time more than an hour wrong; set the clock right',
        /timestamp/i,
      ],
      [
        [310000],
        'ip',
        'this server’s address is not on the robot’s list; add it in the security settings, or use signing instead',
        /whitelist|白名单/i,
      ],
      [
        [310000],
        'forbidden',
        'the robot’s security settings refuse the message; compare its keywords, secret and address list with the webhook',
      ],
      [[400013], 'disabled', 'the group was dissolved; remove this webhook'],
      [
        [400102],
        'disabled',
        'the robot is switched off; switch it on in the group’s settings, then enable the webhook again',
      ],
      [[400105], 'rejected', 'it does not know this type of message'],
      [
        [430101, 430102, 430103, 430104],
        'content_policy',
        'the platform refuses what the message contains; belfry sends a plain text without it',
      ],
    ],

    /** The gateway before DingTalk has no `errcode`: our address is banned (chat-robots.md §2.6). */
    withoutCode(answer, body) {
      const banned =
        body?.punish !== undefined || body?.source === 'x5' || /\bpunish\b|x5sec/.test(answer.body);
      if (!banned) return null;
      const advice =
        'DingTalk refuses this server’s address for five minutes; belfry holds all its robots until then';
      const said = { chat: 'DingTalk', code: String(body?.status ?? 'x5'), text: '' };
      return verdictOf({ pauseMs: 5 * MINUTE, of: 'host' }, advice, said);
    },
  }),
});

function write(cut: Outline, form: Form): { message: Message; text: string } {
  if (form.fallback === 2) {
    const content = plainText(cut, dingtalkTextDialect, form.keyword);
    return { message: { msgtype: 'text', text: { content } }, text: content };
  }
  const title = dingtalkDialect.text(limitText(plain(cut.headline), TITLE));
  if (cut.link !== null && cut.sections.length === 0) {
    const text = markupText({ ...cut, link: null }, dingtalkDialect, form.keyword);
    const button = { singleTitle: cut.link.text, singleURL: inBrowser(cut.link.url) };
    return { message: { msgtype: 'actionCard', actionCard: { title, text, ...button } }, text };
  }
  const text = markupText(cut, dingtalkDialect, form.keyword);
  return { message: { msgtype: 'markdown', markdown: { title, text } }, text };
}

/**
 * DingTalk drops a message whose `msgUuid` it knows. A fallback or a digest is another message than the one that went
 * out, perhaps with success, under the same delivery's id: what it says must be part of its name.
 */
function suffix(message: Message): string {
  return `-${createHash('sha256').update(JSON.stringify(message)).digest('hex').slice(0, 8)}`;
}

/** Without this the page opens in a narrow panel beside the chat (chat-robots.md §2.1). */
function inBrowser(url: string): string {
  return `dingtalk://dingtalkclient/page/link?url=${encodeURIComponent(url)}&pc_slide=false`;
}

/** Time and signature go into the query; in the body they are not seen (chat-robots.md §2.4). */
function signedUrl({ url, secret, now }: Seal): string {
  if (secret === null) return url;
  const signed = new URL(url);
  // An admin may have pasted a URL that was signed once.
  const kept = signed.search
    .replace(/^\?/, '')
    .split('&')
    .filter(pair => pair !== '' && !/^(timestamp|sign)=/.test(pair));
  const sign = encodeURIComponent(signature(secret, now));
  signed.search = [...kept, `timestamp=${now}`, `sign=${sign}`].join('&');
  return signed.href;
}

/** Raw Base64; Feishu uses the same parts, with key and message swapped. @param timestamp milliseconds since 1970 */
function signature(secret: string, timestamp: number): string {
  return createHmac('sha256', secret).update(`${timestamp}\n${secret}`, 'utf8').digest('base64');
}
