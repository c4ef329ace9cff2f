/** WeCom's group robot (chat-robots.md §3): markdown by webhook. The key in the URL is its only secret. */
import { cutToFit } from '../messages/cut-to-fit.ts';
import { wecomDialect } from '../messages/dialects.ts';
import type { Form } from '../messages/form.ts';
import type { Outline } from '../messages/outline.ts';
import { outlineOf } from '../messages/outline-of.ts';
import { markupText, plainText } from '../messages/text-of.ts';
import type { Kind } from './kind.ts';
import { robotRequest } from './robot-request.ts';
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

/** Bytes of UTF-8 in `content`; the platform takes 4,096 and 2,048 (chat-robots.md §9). */
const BUDGET = { markdown: 3_900, text: 2_000 };

const OUR_BUG = 'this is a mistake of belfry; please report it';
const CODES: Record<number, Row> = {
  [-1]: { kind: 'transient', advice: 'WeCom is busy; belfry tries again by itself' },
  40008: { kind: 'payload', reason: 'rejected', advice: OUR_BUG },
  40058: { kind: 'payload', reason: 'rejected', advice: OUR_BUG },
  44004: { kind: 'payload', reason: 'rejected', advice: OUR_BUG },
  45009: {
    kind: 'rate',
    scope: 'robot',
    retryAfterMs: 60_000,
    advice: 'more than 20 messages in a minute; belfry waits a minute',
  },
  45033: {
    kind: 'rate',
    scope: 'robot',
    retryAfterMs: 2_000,
    advice: 'too many requests at once; belfry waits',
  },
  93000: {
    kind: 'config',
    reason: 'token',
    advice: 'there is no robot for this key; copy the webhook URL from the robot’s page again',
  },
  93004: {
    kind: 'config',
    reason: 'disabled',
    advice: 'the robot is switched off; switch it on, then enable the webhook again',
  },
  93008: {
    kind: 'config',
    reason: 'disabled',
    advice: 'the robot is not in the group any more; add it again and use its new URL',
  },
};
const TOO_LONG: Row = {
  kind: 'payload',
  reason: 'too_long',
  advice: 'the message is too long; belfry sends a shorter one',
};
const HALF_READ: Row = {
  kind: 'payload',
  reason: 'rejected',
  advice: 'the robot took only a part of the message; belfry sends a plain text',
};

export const wecom: Kind = {
  name: 'wecom',
  grouping: 'push',

  render(events, form) {
    const type = form.fallback === 2 ? 'text' : 'markdown';
    const budget = form.fallback === 1 ? BUDGET[type] / 2 : BUDGET[type];
    const content = cutToFit(
      outlineOf(events, form),
      cut => contentOf(cut, form),
      text => Buffer.byteLength(text) <= budget,
    );
    return JSON.stringify({ [type]: { content }, msgtype: type });
  },

  seal(message, seal) {
    return robotRequest(seal.url, message);
  },

  judge(answer, now) {
    const transport = judgeTransport(answer, now, 'WeCom');
    if (transport !== null) return transport;
    const body = jsonObject(answer.body);
    const code = codeIn(body?.errcode);
    const ok = answer.status! < 300;
    if (code === null) return ok ? noProof(answer, 'WeCom') : judgeStatus(answer, 'WeCom');
    const said = { chat: 'WeCom', code: String(code), text: textIn(body?.errmsg) };
    if (code === 0) {
      if (!ok) return judgeStatus(answer, 'WeCom');
      return /warning:/i.test(said.text) ? verdictOf(HALF_READ, said) : { kind: 'ok' };
    }
    if (code === 40058 && /exceed max length/i.test(said.text)) return verdictOf(TOO_LONG, said);
    const row = CODES[code];
    return row === undefined ? unknownCode(said) : verdictOf(row, said);
  },
};

function contentOf(cut: Outline, form: Form): string {
  const write = form.fallback === 2 ? plainText : markupText;
  return write(cut, wecomDialect, form.keyword);
}
