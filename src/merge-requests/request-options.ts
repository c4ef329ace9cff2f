/**
 * Push options about a merge request: `topic`, `title`, `description`, `draft`, `close`. A push option cannot hold a line
 * feed, so a value may be `{base64}` and the text in base 64, as AGit clients send it.
 */

export interface RequestOptions {
  topic?: string;
  title?: string;
  body?: string;
  draft?: boolean;
  close: boolean;
}

const LONGEST_TITLE = 255;
/** Characters; Gitee's descriptions are far shorter. */
const LONGEST_BODY = 65_536;
const LONGEST_TOPIC = 200;
/** Git hands them to `post-receive` in its environment, which has room for about two million: it would not start. */
const MOST_BYTES = 1_048_576;

/** What the options say, the last word of each; or a sentence that says why they cannot be meant. */
export function readRequestOptions(options: readonly string[]): RequestOptions | string {
  const bytes = options.reduce((sum, option) => sum + Buffer.byteLength(option), 0);
  if (bytes > MOST_BYTES) return `the push options have ${bytes} bytes, at most ${MOST_BYTES} fit`;
  const read: RequestOptions = { close: false };
  for (const option of options) {
    const [, key, rest] = /^([a-z]+)(?:=(.*))?$/s.exec(option) ?? [];
    if (!isKey(key)) continue;
    const value = decode(rest ?? '');
    if (value === null) return `option ${key}: what is behind {base64} is not UTF-8 text in base 64`;
    const problem = put(read, key, value);
    if (problem !== null) return problem;
  }
  return read;
}

const KEYS = ['topic', 'title', 'description', 'draft', 'close'] as const;
type Key = (typeof KEYS)[number];

function isKey(key: string | undefined): key is Key {
  return KEYS.some(one => one === key);
}

function put(read: RequestOptions, key: Key, value: string): string | null {
  switch (key) {
    case 'topic': {
      const problem = topicProblem(value);
      if (problem === null) read.topic = value;
      return problem;
    }
    case 'title':
      read.title = oneLine(value);
      return null;
    case 'description':
      read.body = severalLines(value);
      return null;
    default: {
      const said = booleanOf(value);
      if (said === null)
        return `option ${key}: wanted true or false, got ${JSON.stringify(value.slice(0, 40))}`;
      read[key] = said;
      return null;
    }
  }
}

/** Topics stand in lines, and tell requests apart: what cannot be seen must not. */
function topicProblem(topic: string): string | null {
  if (/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(topic)) return 'the topic contains control characters';
  if (topic.includes('\ufffd')) return 'the topic is not UTF-8';
  if (topic.length > LONGEST_TOPIC)
    return `the topic has ${topic.length} characters, at most ${LONGEST_TOPIC} fit`;
  return null;
}

/** Fit for a title: no line ends, no control characters, not too long. */
export function oneLine(text: string): string {
  const clean = text
    .toWellFormed()
    .replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .trim();
  return Array.from(clean).slice(0, LONGEST_TITLE).join('');
}

/** Line feeds and tabs stay. */
export function severalLines(text: string): string {
  const clean = text
    .toWellFormed()
    .replace(/\r\n?/g, '\n')
    .replace(/(?![\n\t])\p{Cc}/gu, '');
  return Array.from(clean).slice(0, LONGEST_BODY).join('').trim();
}

const BASE64 = '{base64}';
/** Either alphabet; the padding may be left out, but none may be wrong. */
const WHOLE = /^([\w+/-]{4})*([\w+/-]{2}(==)?|[\w+/-]{3}=?)?$/;

function decode(value: string): string | null {
  if (!value.startsWith(BASE64)) return value;
  const text = value.slice(BASE64.length);
  if (!WHOLE.test(text)) return null;
  const decoded = Buffer.from(text, 'base64').toString('utf8');
  return decoded.includes('\ufffd') ? null : decoded;
}

/** `-o draft` alone is true. */
function booleanOf(value: string): boolean | null {
  if (/^(|true|yes|on|1)$/i.test(value)) return true;
  return /^(false|no|off|0)$/i.test(value) ? false : null;
}
