/** How each platform escapes, links and emphasises (chat-robots.md §8). Text is always escaped, ours too. */
import type { Span } from './outline.ts';

type Strong = NonNullable<Span['strong']>;

export interface Dialect {
  /** Escapes what stands anywhere in a line. */
  text(text: string): string;
  /** Guards a finished line, without the mark of a list or quote, against being read as a mark itself. */
  start(line: string): string;
  /** `label` is escaped, `url` is safe. */
  link(label: string, url: string): string;
  strong(word: string, how: Strong): string;
  itemMark: string;
  quoteMark: string;
  /** Between lines, between quoted lines, and between the parts of a message; items always have lines of their own. */
  lineBreak: string;
  quoteBreak: string;
  partBreak: string;
}

const ZERO_WIDTH = '\u200b';

/** No escape exists: what has a meaning is replaced by a sign that looks alike. The backslash could eat our own bracket. */
const LOOK_ALIKES: Record<string, string> = {
  '[': '［',
  ']': '］',
  '<': '＜',
  '>': '＞',
  '*': '＊',
  '`': "'",
  '\\': '＼',
};

function lookAlike(text: string): string {
  return noAutoLink(text.replace(/[[\]<>*`\\]/g, char => LOOK_ALIKES[char]!));
}

/** Chats make a link of any URL they see; ours are marked as links, all others stay words. */
function noAutoLink(text: string): string {
  return text.replace(/:(?=\/\/)/g, `:${ZERO_WIDTH}`).replace(/\bwww(?=\.)/gi, `$&${ZERO_WIDTH}`);
}

/** Some chats make a link of a bare domain too, and `main.rs` looks like one. */
function noDomain(text: string): string {
  return text.replace(/(?<=[\p{L}\p{N}\p{M}_-])\.(?=[\p{L}\p{N}\p{M}_-])/gu, `.${ZERO_WIDTH}`);
}

/** An `@` that nobody's name may follow. */
function noMention(text: string): string {
  return text.replace(/[@＠]/g, `$&${ZERO_WIDTH}`);
}

/** Heading, quote, list, table, rule. */
function noMark(line: string): string {
  return /^(?:[#>+=|~-]|\d+[.)])/.test(line) ? ZERO_WIDTH + line : line;
}

export const dingtalkDialect: Dialect = {
  text: text => noMention(lookAlike(text)),
  start: noMark,
  link: (label, url) => `[${label}](${url})`,
  strong: word => `**${word}**`,
  itemMark: '- ',
  quoteMark: '> ',
  // DingTalk wants two spaces before and after (chat-robots.md §2.3).
  lineBreak: '  \n  ',
  quoteBreak: '  \n',
  partBreak: '\n\n',
};

/** WeCom's markdown has colours for three meanings: good, dull and careful. */
const WECOM_COLOURS: Record<Strong, string> = { new: 'info', gone: 'comment', forced: 'warning' };

export const wecomDialect: Dialect = {
  text: lookAlike,
  start: noMark,
  link: (label, url) => `[${label}](${url})`,
  strong: (word, how) => `<font color="${WECOM_COLOURS[how]}">${word}</font>`,
  // It has no lists; Gitee's own messages quote the commits (gitee-format.md §10).
  itemMark: '> ',
  quoteMark: '> ',
  lineBreak: '\n',
  quoteBreak: '\n',
  partBreak: '\n',
};

/** Numeric entities, for everything that CommonMark or its extensions give a meaning (chat-robots.md §4.3). */
export const feishuDialect: Dialect = {
  text: text =>
    text
      .replace(/[&<>~\-!*/\\[\]()#:+"'`$_|=@{}^]/g, char => `&#${char.charCodeAt(0)};`)
      .replace(/\b(www)\./gi, '$1&#46;'),
  start: line => line.replace(/^(\d+)\./, '$1&#46;'),
  link: (label, url) => `[${label}](${url})`,
  strong: word => `**${word}**`,
  itemMark: '- ',
  quoteMark: '> ',
  lineBreak: '\n',
  quoteBreak: '\n',
  partBreak: '\n',
};

/** What Slack has no escape for: bold, strike, italics; the backtick turns what follows into code, and `|` ends a URL. */
const SLACK_LOOK_ALIKES: Record<string, string> = { '*': '∗', '~': '∼', _: '＿', '`': "'", '|': '│' };

/** Slack needs three entities. Within a word `_` and `~` mean nothing, and stay: `snake_case`, `HEAD~1`. */
function slackText(text: string): string {
  // The marks first: `_www.` is no beginning of a URL for whom looks for words, and `＿www.` is.
  return noAutoLink(slackMarks(text))
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}

function slackMarks(text: string): string {
  return text.replace(/[*`|]|(?<![\p{L}\p{N}])[_~]|[_~](?![\p{L}\p{N}])/gu, char => SLACK_LOOK_ALIKES[char]!);
}

export const slackDialect: Dialect = {
  text: slackText,
  start: line => (line.startsWith('&gt;') ? ZERO_WIDTH + line : line),
  link: (label, url) => `<${url.replaceAll('&', '&amp;')}|${label}>`,
  strong: word => `*${word}*`,
  itemMark: '• ',
  quoteMark: '> ',
  lineBreak: '\n',
  quoteBreak: '\n',
  partBreak: '\n',
};

/** For Slack's `text`, which it shows in notifications only: beside the blocks, and alone where those were refused. */
export const slackTextDialect: Dialect = {
  ...slackDialect,
  text: text => noMention(slackText(text)).replace(/\](?=[([:])/g, `]${ZERO_WIDTH}`),
  start: line => noMark(slackDialect.start(line)),
};

/** What Markdown or TeX reads, and no look-alike of Slack has an escape for: one shows an entity as it stands, another decodes it. */
const SLACK_ALIKE_LOOK_ALIKES: Record<string, string> = {
  '[': '［',
  ']': '］',
  '<': '＜',
  '>': '＞',
  '\\': '＼',
  $: '＄',
};

/** Begins a mention, channel, issue, avatar, entity, emoji, URL without slashes or telephone number, by what stands behind it. */
const SIGN = /[@＠#~!&:+](?![\s\u200b])/g;

/**
 * For chats that take Slack's requests: Mattermost, Rocket.Chat, Zulip. They agree on `<url|label>` and on nothing else: all read
 * Markdown, each in its own way, and a bare `@all`, `#channel` or `evil.com` means something.
 */
export const slackAlikeDialect: Dialect = {
  ...slackDialect,
  text: text => {
    const plain = slackMarks(text).replace(/[[\]<>\\$]/g, char => SLACK_ALIKE_LOOK_ALIKES[char]!);
    return noDomain(noAutoLink(plain)).replace(SIGN, `$&${ZERO_WIDTH}`);
  },
  // `/me`, `/poll`: Zulip takes a whole message as a command.
  start: line => (line.startsWith('/') ? ZERO_WIDTH + line : noMark(line)),
};

/** For DingTalk's `text`, where nothing but a mention has a meaning. */
export const dingtalkTextDialect: Dialect = {
  ...dingtalkDialect,
  text: text => noMention(noAutoLink(text)),
  start: line => line,
};

/** For Feishu's `text`, where `<at` calls people. */
export const feishuTextDialect: Dialect = {
  ...feishuDialect,
  text: text => noAutoLink(text.replaceAll('<', '＜')),
  start: line => line,
};
