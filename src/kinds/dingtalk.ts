/** DingTalk's custom robot (chat-robots.md §2): markdown for pushes, a card for what has one page of its own. */

import { createHash } from 'node:crypto';
import { limitText } from '../messages/clean-text.ts';
import { cutToFit } from '../messages/cut-to-fit.ts';
import { dingtalkDialect, dingtalkTextDialect } from '../messages/dialects.ts';
import type { Form } from '../messages/form.ts';
import { type Outline, plain } from '../messages/outline.ts';
import { outlineOf } from '../messages/outline-of.ts';
import { markupText, plainText } from '../messages/text-of.ts';
import type { HttpAnswer } from '../model/request.ts';
import { ADDRESS_BANNED, DINGTALK_CODES, securityRow } from './dingtalk-codes.ts';
import type { Kind, Seal } from './kind.ts';
import { robotRequest } from './robot-request.ts';
import { dingtalkSignature } from './robot-signature.ts';
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

/** Of the whole body as JSON, and of its text, which people have to read (chat-robots.md §9). */
const BUDGET = { bytes: 18_000, characters: 3_500 };
/** For the `msgUuid` that sealing adds. */
const SEALED_BYTES = 100;
/** Graphemes of the line in the list of chats. */
const TITLE = 100;

interface Message {
  msgtype: string;
  /** Only what comes behind the delivery's id. */
  msgUuid?: string;
  [type: string]: unknown;
}

export const dingtalk: Kind = {
  name: 'dingtalk',
  grouping: 'push',

  render(events, form) {
    const share = form.fallback === 1 ? 0.5 : 1;
    const { message } = cutToFit(
      outlineOf(events, form),
      cut => write(cut, form),
      ({ message, text }) =>
        text.length <= BUDGET.characters * share &&
        Buffer.byteLength(JSON.stringify(message)) <= BUDGET.bytes * share - SEALED_BYTES,
    );
    return JSON.stringify(
      form.fallback > 0 || form.digest ? { ...message, msgUuid: suffix(message) } : message,
    );
  },

  seal(message, seal) {
    const body: Message = JSON.parse(message);
    // A repeat of the same message, after a timeout say, has the same name and does not appear twice; what an admin
    // has sent again is to appear again.
    const again = seal.redeliveries > 0 ? `-r${seal.redeliveries}` : '';
    const msgUuid = `${seal.deliveryId}${again}${body.msgUuid ?? ''}`;
    return robotRequest(signedUrl(seal), JSON.stringify({ ...body, msgUuid }));
  },

  judge(answer, now) {
    const transport = judgeTransport(answer, now, 'DingTalk');
    if (transport !== null) return transport;
    const body = jsonObject(answer.body);
    const code = codeIn(body?.errcode);
    const ok = answer.status! < 300;
    if (code === null) return judgeWithoutCode(answer, body);
    if (code === 0) return ok ? { kind: 'ok' } : judgeStatus(answer, 'DingTalk');
    const said = { chat: 'DingTalk', code: String(code), text: textIn(body?.errmsg) };
    const row = rowFor(code, said.text);
    return row === undefined ? unknownCode(said) : verdictOf(row, said);
  },
};

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
  const sign = encodeURIComponent(dingtalkSignature(secret, now));
  signed.search = [...kept, `timestamp=${now}`, `sign=${sign}`].join('&');
  return signed.href;
}

function rowFor(code: number, text: string): Row | undefined {
  if (code === 310000) return securityRow(text);
  if (code === 40035 && /access_token/.test(text)) return DINGTALK_CODES[300005];
  return DINGTALK_CODES[code];
}

/** No `errcode`: the gate before DingTalk has banned our address, or somebody else answered (chat-robots.md §2.6). */
function judgeWithoutCode(answer: HttpAnswer, body: Record<string, unknown> | null) {
  const banned = body?.punish !== undefined || body?.source === 'x5' || /\bpunish\b|x5sec/.test(answer.body);
  if (banned) {
    return verdictOf(ADDRESS_BANNED, { chat: 'DingTalk', code: String(body?.status ?? 'x5'), text: '' });
  }
  return answer.status! < 300 ? noProof(answer, 'DingTalk') : judgeStatus(answer, 'DingTalk');
}
