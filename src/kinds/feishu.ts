/** Feishu's and Lark's custom bot (chat-robots.md §4): a card of JSON 2.0, and plain text where the card is refused. */
import { limitText } from '../messages/clean-text.ts';
import { cutToFit } from '../messages/cut-to-fit.ts';
import { feishuDialect, feishuTextDialect } from '../messages/dialects.ts';
import type { Form } from '../messages/form.ts';
import { type Outline, plain, type Tone } from '../messages/outline.ts';
import { outlineOf } from '../messages/outline-of.ts';
import { missingKeyword, parts, plainText } from '../messages/text-of.ts';
import { FEISHU_CODES, OLD_ROBOT, signRow } from './feishu-codes.ts';
import type { Kind } from './kind.ts';
import { robotRequest } from './robot-request.ts';
import { feishuSignature } from './robot-signature.ts';
import {
  codeIn,
  jsonObject,
  judgeStatus,
  judgeTransport,
  noProof,
  type Row,
  textIn,
  unknownCode,
  verdictOf,
} from './robot-verdict.ts';

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

export const feishu: Kind = {
  name: 'feishu',
  grouping: 'push',

  render(events, form) {
    const budget = (form.fallback === 1 ? BUDGET / 2 : BUDGET) - SEALED_BYTES;
    return cutToFit(
      outlineOf(events, form),
      cut => JSON.stringify(form.fallback === 2 ? textMessage(cut, form) : cardMessage(cut, form)),
      message => Buffer.byteLength(message) <= budget,
    );
  },

  seal(message, { url, secret, now }) {
    if (secret === null) return robotRequest(url, message);
    const seconds = Math.floor(now / 1_000);
    const signed = { timestamp: String(seconds), sign: feishuSignature(secret, seconds) };
    return robotRequest(url, JSON.stringify({ ...signed, ...JSON.parse(message) }));
  },

  judge(answer, now) {
    const transport = judgeTransport(answer, now, 'Feishu');
    if (transport !== null) return transport;
    const body = jsonObject(answer.body);
    const ok = answer.status! < 300;
    // Old answers have only `StatusCode`; where both stand, `code` is the one that counts.
    const code = body !== null && 'code' in body ? codeIn(body.code) : codeIn(body?.StatusCode);
    if (code === null) {
      if (body?.ok === false && typeof body.error === 'string')
        return verdictOf(OLD_ROBOT, { chat: 'Feishu', code: 'v1', text: body.error });
      return ok ? noProof(answer, 'Feishu') : judgeStatus(answer, 'Feishu');
    }
    if (code === 0) return ok ? { kind: 'ok' } : judgeStatus(answer, 'Feishu');
    const said = {
      chat: 'Feishu',
      code: String(code),
      text: textIn(body?.msg) || textIn(body?.StatusMessage),
    };
    const row = rowFor(code, said.text);
    return row === undefined ? unknownCode(said) : verdictOf(row, said);
  },
};

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

function textMessage(cut: Outline, form: Form): object {
  return { msg_type: 'text', content: { text: plainText(cut, feishuTextDialect, form.keyword) } };
}

function plainElement(content: string): object {
  return { tag: 'plain_text', content };
}

function rowFor(code: number, text: string): Row | undefined {
  if (code === 19021) return signRow(text);
  if (code === 9499 && /too many|frequency/i.test(text)) return FEISHU_CODES[11232];
  return FEISHU_CODES[code];
}
