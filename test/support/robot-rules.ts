/**
 * What each chat demands of a message, in the order in which it looks, as far as it is documented (chat-robots.md §2 to §5).
 * A rule gives the refusal, or null when the message passes.
 */
import { createHmac } from 'node:crypto';
import type { ChatName } from '../../src/model/names.ts';
import { ANSWERS, type RobotAnswer } from './robot-answers.ts';

export interface RobotSettings {
  /** Signing is on. */
  secret: string | null;
  /** The message has to hold it. */
  keyword: string | null;
  /** False: the caller's address is not on the list. */
  addressKnown: boolean;
}

export interface RobotRequest {
  query: URLSearchParams;
  contentType: string;
  body: string;
  // biome-ignore lint/suspicious/noExplicitAny: whatever the caller sent
  message: any;
}

type Rule = (request: RobotRequest, settings: RobotSettings, now: number) => RobotAnswer | null;

const HOUR = 3_600_000;

export const RULES: Record<ChatName, Rule> = {
  dingtalk({ query, contentType, body, message }, { secret, keyword, addressKnown }, now) {
    const no = ANSWERS.dingtalk;
    if (!isJson(contentType)) return no.contentType;
    if (secret !== null) {
      const timestamp = query.get('timestamp') ?? '';
      const wanted = createHmac('sha256', secret).update(`${timestamp}\n${secret}`).digest('base64');
      if (!(Math.abs(now - Number(timestamp)) <= HOUR) || timestamp.length !== 13) return no.clock;
      if (query.get('sign') !== wanted) return no.sign;
    }
    if (!addressKnown) return no.address;
    if (Buffer.byteLength(body) > 20_000) return no.tooLong;
    if (message === null) return no.noJson;
    const { msgtype, markdown, actionCard, text } = message;
    const parts: Record<string, unknown[]> = {
      markdown: [markdown?.title, markdown?.text],
      actionCard: [actionCard?.title, actionCard?.text, actionCard?.singleTitle, actionCard?.singleURL],
      text: [text?.content],
    };
    const said = parts[msgtype];
    if (said === undefined) return no.messageType;
    if (!said.every(isText)) return no.noJson;
    return keyword !== null && !said.join('\n').includes(keyword) ? no.keyword : null;
  },

  wecom({ contentType, message }) {
    const no = ANSWERS.wecom;
    if (message === null || !isJson(contentType)) return no.halfRead;
    const { msgtype } = message;
    const most = { markdown: 4_096, text: 2_048 }[msgtype as string];
    // An empty object of another type is a mistake too (chat-robots.md §11.2).
    if (most === undefined || Object.keys(message).length !== 2) return no.messageType;
    const content = message[msgtype]?.content;
    if (!isText(content)) return no.empty;
    return Buffer.byteLength(content) > most ? no.tooLong : null;
  },

  feishu({ contentType, body, message }, { secret, keyword, addressKnown }, now) {
    const no = ANSWERS.feishu;
    if (message === null || !isJson(contentType)) return no.badRequest;
    if (secret !== null) {
      const { timestamp, sign } = message;
      const wanted = createHmac('sha256', `${timestamp}\n${secret}`).digest('base64');
      if (sign !== wanted || !(Math.abs(now / 1_000 - Number(timestamp)) <= 3_600)) return no.sign;
    }
    if (!addressKnown) return no.address;
    if (Buffer.byteLength(body) > 20_000) return no.tooLong;
    const { msg_type: type, content, card } = message;
    if (type === 'text') {
      if (!isText(content?.text)) return no.parameters;
    } else if (type !== 'interactive' || card?.schema !== '2.0' || !Array.isArray(card.body?.elements)) {
      return no.parameters;
    }
    const seen = type === 'text' ? content.text : cardTexts(card).join('\n');
    return keyword !== null && !seen.includes(keyword) ? no.keyword : null;
  },

  slack({ contentType, message }) {
    const no = ANSWERS.slack;
    if (message === null || !isJson(contentType)) return no.invalidPayload;
    const { text, blocks = [] } = message;
    if (!isText(text)) return no.noText;
    const sizes: number[] = blocks.map((block: { text?: { text?: string } }) => block.text?.text?.length);
    if (blocks.length > 50 || !sizes.every(size => size > 0 && size <= 3_000)) return no.invalidBlocks;
    if (sizes.reduce((sum, size) => sum + size, 0) > 13_200) return no.blocksTooLong;
    return text.length > 40_000 ? no.tooLong : null;
  },
};

function isJson(contentType: string): boolean {
  return /^application\/json\s*(;|$)/i.test(contentType);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

/** What a keyword is looked for in: words, never addresses (chat-robots.md §4.5). */
// biome-ignore lint/suspicious/noExplicitAny: whatever the caller sent
function cardTexts(card: any): string[] {
  // biome-ignore lint/suspicious/noExplicitAny: whatever the caller sent
  const elements = card.body.elements.map((one: any) => one.content ?? one.text?.content ?? '');
  return [card.header?.title?.content ?? '', ...elements].map(text => text.replace(/\]\([^)]*\)/g, ']'));
}
