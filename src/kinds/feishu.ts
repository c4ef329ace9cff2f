/** Feishu's and Lark's custom bot (chat-robots.md §4): a card of JSON 2.0, and plain text where the card is refused. */
import { createHmac } from 'node:crypto';
import { limitText } from '../messages/clean-text.ts';
import { feishuDialect, feishuTextDialect } from '../messages/dialects.ts';
import { type Outline, plain, type Tone } from '../messages/outline.ts';
import type { Form } from '../messages/outline-of.ts';
import { missingKeyword, parts, plainText } from '../messages/text-of.ts';
import { chatKind, judgeByCode, robotRequest } from './chat-kind.ts';
import { codeIn, textIn, verdictOf } from './robot-verdict.ts';

/** Bytes of the whole body as JSON; the platform takes 20 KB, signature included (chat-robots.md §9). */
const BUDGET = 18_000;
/** For `timestamp` and `sign`. */
const SEALED_BYTES = 100;
/** Graphemes of the line in the list of chats. */
const SUMMARY = 100;

const COLOURS: Record<Tone, string> = {
  push: 'blue',
  new: 'green',
  gone: 'grey',
  forced: 'orange',
  merged: 'violet',
  talk: 'wathet',
  test: 'turquoise',
};

/** The pace doubles this pause as long as it goes on. */
const TOO_FAST = { pauseMs: 2_000 };
const WAITS = 'too many messages; belfry waits and then goes on by itself';

export const feishu = chatKind<object>({
  name: 'feishu',

  write: (cut, form) =>
    form.fallback === 2
      ? { msg_type: 'text', content: { text: plainText(cut, feishuTextDialect, form.keyword) } }
      : cardMessage(cut, form),

  fits: (message, share) => Buffer.byteLength(JSON.stringify(message)) <= BUDGET * share - SEALED_BYTES,

  seal(message, { url, secret, now }) {
    if (secret === null) return robotRequest(url, message);
    const seconds = Math.floor(now / 1_000);
    const signed = { timestamp: String(seconds), sign: signature(secret, seconds) };
    return robotRequest(url, JSON.stringify({ ...signed, ...JSON.parse(message) }));
  },

  judge: judgeByCode({
    label: 'Feishu',

    // Old answers have only `StatusCode`; where both stand, `code` is the one that counts.
    read: body => ({
      code: codeIn('code' in body ? body.code : body.StatusCode),
      text: textIn(body.msg) || textIn(body.StatusMessage),
    }),

    // chat-robots.md §4.6
    codes: [
      [[9499], TOO_FAST, WAITS, /too many|frequency/i],
      [[9499], 'rejected', 'the bot refuses this message; belfry sends a plain text'],
      [[11232, 11233, 11247], TOO_FAST, WAITS],
      [
        [11246, 11310, 19002, 200621, 230099],
        'rejected',
        'the bot refuses the card; belfry sends a plain text instead',
      ],
      [[19001], 'token', 'there is no bot at this URL; copy the webhook URL from the bot’s page again'],
      [[19007], 'disabled', 'the bot is switched off; switch it on, then enable the webhook again'],
      // Two causes have one text that names both, so only a text that names the time alone is surely the clock.
      [
        [19021],
        'clock',
        'the bot finds this server’s time more than an hour wrong; set the clock right',
        /^(?!.*sign).*timestamp/is,
      ],
      [
        [19021],
        'sign',
        'the bot rejects belfry’s signature: wrong secret, signing is off, or this server’s clock is more than an hour wrong; copy the secret from its security settings',
      ],
      [
        [19022],
        'ip',
        'this server’s address is not on the bot’s list; add it in the security settings, or use signing instead',
      ],
      [
        [19024],
        'keyword',
        'no keyword of the bot is in the message; give the webhook one of them with --keyword',
      ],
      [[19036], 'too_long', 'the message is too long; belfry sends a shorter one'],
    ],

    /** The first kind of bot had the path /open-apis/bot/hook/ and other messages (chat-robots.md §4.1). */
    withoutCode(_answer, body) {
      if (body?.ok !== false || typeof body.error !== 'string') return null;
      const advice =
        'the old bots of /open-apis/bot/hook/ are not supported; add a custom bot anew and use its URL (/bot/v2/hook/)';
      return verdictOf('token', advice, { chat: 'Feishu', code: 'v1', text: body.error });
    },
  }),
});

function cardMessage(cut: Outline, form: Form): object {
  const elements: object[] = parts({ ...cut, link: null }, feishuDialect).map(content => ({
    tag: 'markdown',
    content,
  }));
  if (cut.link !== null) {
    elements.push({
      tag: 'button',
      text: plainElement(cut.link.text),
      behaviors: [{ type: 'open_url', default_url: cut.link.url }],
    });
  }
  for (const keyword of missingKeyword(cut, feishuDialect, form.keyword))
    elements.push({ tag: 'div', text: plainElement(keyword) });
  const card = {
    schema: '2.0',
    config: { summary: { content: limitText(plain(cut.headline), SUMMARY) } },
    header: { title: plainElement(cut.title), template: COLOURS[cut.tone] },
    body: { elements },
  };
  return { msg_type: 'interactive', card };
}

function plainElement(content: string): object {
  return { tag: 'plain_text', content };
}

/** Raw Base64 (chat-robots.md §4.4); DingTalk uses the same parts, with key and message swapped. */
function signature(secret: string, seconds: number): string {
  return createHmac('sha256', `${seconds}\n${secret}`).digest('base64');
}
