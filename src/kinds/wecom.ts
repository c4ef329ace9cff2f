/** WeCom's group robot (chat-robots.md §3): markdown by webhook. The key in the URL is its only secret. */
import { wecomDialect } from '../messages/dialects.ts';
import { markupText, plainText } from '../messages/text-of.ts';
import { chatKind, judgeByCode } from './chat-kind.ts';
import { codeIn, OUR_BUG, textIn } from './robot-verdict.ts';

/** Bytes of UTF-8 in `content`; the platform takes 4,096 and 2,048 (chat-robots.md §9). */
const BUDGET = { markdown: 3_900, text: 2_000 };

interface Message {
  type: 'markdown' | 'text';
  content: string;
}

export const wecom = chatKind<Message>({
  name: 'wecom',

  write: (cut, form) =>
    form.fallback === 2
      ? { type: 'text', content: plainText(cut, wecomDialect, form.keyword) }
      : { type: 'markdown', content: markupText(cut, wecomDialect, form.keyword) },

  fits: ({ type, content }, share) => Buffer.byteLength(content) <= BUDGET[type] * share,

  message: ({ type, content }) => JSON.stringify({ [type]: { content }, msgtype: type }),

  judge: judgeByCode({
    label: 'WeCom',
    read: body => ({ code: codeIn(body.errcode), text: textIn(body.errmsg) }),

    codes: [
      [[-1], 'busy', 'WeCom is busy; belfry tries again by itself'],
      [[0], 'rejected', 'the robot took only a part of the message; belfry sends a plain text', /warning:/i],
      [[40058], 'too_long', 'the message is too long; belfry sends a shorter one', /exceed max length/i],
      [[40008, 40058, 44004], 'rejected', OUR_BUG],
      [[45009], { pauseMs: 60_000 }, 'more than 20 messages in a minute; belfry waits a minute'],
      [[45033], { pauseMs: 2_000 }, 'too many requests at once; belfry waits'],
      [[93000], 'token', 'there is no robot for this key; copy the webhook URL from the robot’s page again'],
      [[93004], 'disabled', 'the robot is switched off; switch it on, then enable the webhook again'],
      [[93008], 'disabled', 'the robot is not in the group any more; add it again and use its new URL'],
    ],
  }),
});
