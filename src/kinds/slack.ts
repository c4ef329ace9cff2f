/** Slack's incoming webhooks (chat-robots.md §5) and their look-alikes: Mattermost, Rocket.Chat and Zulip above all. */
import { slackAlikeDialect, slackDialect, slackTextDialect } from '../messages/dialects.ts';
import type { Outline } from '../messages/outline.ts';
import type { Form } from '../messages/outline-of.ts';
import { markupText, missingKeyword, parts, plainText } from '../messages/text-of.ts';
import { chatKind } from './chat-kind.ts';
import { kindOfUrl } from './kind-of-url.ts';
import {
  type AnswerRow,
  jsonObject,
  judgeStatus,
  judgeTransport,
  lookUp,
  noProof,
  textIn,
} from './robot-verdict.ts';

/** UTF-16 units (chat-robots.md §9): of one section, of all blocks, and of `text`, which is all that look-alikes get. */
const BUDGET = { section: 2_900, blocks: 12_000, text: 3_900 };
const MOST_BLOCKS = 50;

interface Message {
  text: string;
  blocks?: Section[];
  mrkdwn?: false;
}

interface Section {
  type: 'section';
  text: { type: 'mrkdwn'; text: string; verbatim: true };
}

/** The words with which Slack refuses a message (chat-robots.md §5.4). */
const WORDS: readonly AnswerRow[] = [
  [
    ['invalid_payload', 'no_text', 'too_many_attachments', 'invalid_blocks', 'invalid_blocks_format'],
    'rejected',
    'it refuses this message; belfry sends a plain text instead',
  ],
  [
    ['msg_too_long', 'msg_blocks_too_long'],
    'too_long',
    'the message is too long; belfry sends a shorter one',
  ],
  [
    ['user_not_found', 'channel_not_found'],
    'disabled',
    'its channel or user is gone; add a new incoming webhook for another channel and use its URL',
  ],
  [
    ['channel_is_archived'],
    'disabled',
    'the channel is archived; restore it, or add a webhook for another channel',
  ],
  [
    ['action_prohibited', 'posting_to_general_channel_denied'],
    'forbidden',
    'the workspace does not let this webhook post there; ask its admin, or choose another channel',
  ],
  [
    ['invalid_token', 'no_service', 'no_service_id', 'no_team', 'no_active_hooks'],
    'token',
    'this webhook does not exist any more; add a new incoming webhook in Slack and use its URL',
  ],
  [['team_disabled'], 'disabled', 'the whole workspace is switched off'],
  [['rollup_error'], 'busy', 'Slack has a problem; belfry tries again by itself'],
];

export const slack = chatKind<Message>({
  name: 'slack',
  write,
  fits,

  /** The word decides, then the status. */
  judge(answer, now, url) {
    const said = { chat: 'Slack', code: slackWord(answer.body), text: '' };
    const refused = answer.error === null && answer.status !== 429 ? lookUp(WORDS, said) : null;
    if (refused !== null) return refused;
    const transport = judgeTransport(answer, now, 'Slack');
    if (transport !== null) return transport;
    if (answer.status! >= 300) return judgeStatus(answer, 'Slack');
    return isProof(answer.body, url !== undefined && isSlack(url))
      ? { kind: 'ok' }
      : noProof(answer, 'Slack');
  },
});

/** Zulip shows blocks instead of the text, and makes `@**all**` of `@*all*`, which in Slack means nobody: Slack alone gets them. */
function write(cut: Outline, form: Form, url?: string): Message {
  const genuine = url === undefined || isSlack(url);
  const dialect = genuine ? slackTextDialect : slackAlikeDialect;
  if (form.fallback === 2) return { text: plainText(cut, dialect, form.keyword), mrkdwn: false };
  const text = markupText(cut, dialect, form.keyword);
  if (!genuine) return { text };
  const keyword = missingKeyword(cut, slackDialect, form.keyword);
  return { text, blocks: [...parts(cut, slackDialect), ...keyword].flatMap(toSections) };
}

function isSlack(url: string): boolean {
  return kindOfUrl(url) === 'slack';
}

/** A part longer than a section goes into several, whole lines each: no escaped line holds a line end. */
function toSections(part: string): Section[] {
  const texts: string[] = [];
  for (const line of part.split('\n')) {
    const last = texts.at(-1);
    if (last !== undefined && last.length + 1 + line.length <= BUDGET.section)
      texts[texts.length - 1] = `${last}\n${line}`;
    else texts.push(line);
  }
  // Verbatim: Slack makes no links of its own out of names and URLs.
  return texts.map(text => ({ type: 'section', text: { type: 'mrkdwn', text, verbatim: true } }));
}

function fits({ text, blocks = [] }: Message, share: number): boolean {
  const sizes = blocks.map(block => block.text.text.length);
  return (
    text.length <= BUDGET.text * share &&
    blocks.length <= MOST_BLOCKS &&
    sizes.every(size => size <= BUDGET.section) &&
    sizes.reduce((sum, size) => sum + size, 0) <= BUDGET.blocks * share
  );
}

/** Slack answers with one word; look-alikes may put theirs into JSON. */
function slackWord(body: string): string {
  const text = body.trim();
  if (/^[a-z_]{1,60}$/.test(text)) return text;
  return textIn(jsonObject(text)?.error).trim();
}

/**
 * Slack itself says `ok`, and nothing else is a success. A look-alike may say what it likes with a 2xx, also nothing,
 * but not an error inside JSON, and not a web page: that is a login or a proxy, no webhook.
 */
function isProof(body: string, genuine: boolean): boolean {
  const text = body.trim();
  if (genuine) return text === 'ok';
  const json = jsonObject(text);
  if (json !== null) return json.ok !== false && json.success !== false && !json.error;
  return !/^<(!doctype|html|\?xml)/i.test(text);
}
