/**
 * Chat robots on loopback that behave as documented: they check signature, clock, content type, size and keyword, count
 * calls by a clock that the test moves, block for ten minutes who is too fast (DingTalk), and keep what appeared in the
 * chat apart from what was only sent.
 */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Test } from 'tap';
import type { ChatName } from '../../src/model/names.ts';
import { ANSWERS, type RobotAnswer } from './robot-answers.ts';
import { type RobotRequest, type RobotSettings, RULES } from './robot-rules.ts';

export type RobotKind = ChatName;

export interface RobotCall {
  /** By the robot's clock, milliseconds since 1970. */
  at: number;
  /** Path and query. */
  url: string;
  body: string;
  answer: RobotAnswer;
  /** In the chat: false for what was refused, and for a repeat. */
  shown: boolean;
  /** The message's words, whatever its type. */
  text: string;
}

export interface Robot {
  kind: RobotKind;
  url: string;
  /** May be changed at any time. */
  settings: RobotSettings;
  /** How far its clock is ahead of the test's, milliseconds. */
  skewMs: number;
  calls: RobotCall[];
  /** What people see. */
  chat(): RobotCall[];
  /** What the next calls get, whatever they say. Where it is a success, the message is in the chat. */
  answerNext(...answers: RobotAnswer[]): void;
  /** The most calls in any so many milliseconds. */
  busiest(ms: number): number;
}

export interface RobotOptions extends Partial<RobotSettings> {
  /** The secret part of its URL. */
  token?: string;
}

const MINUTE = 60_000;
const TOKEN = '0123456789abcdef0123456789abcdef';

const PATHS: Record<RobotKind, (token: string) => string> = {
  dingtalk: token => `/robot/send?access_token=${token}`,
  wecom: token => `/cgi-bin/webhook/send?key=${token}`,
  feishu: token => `/open-apis/bot/v2/hook/${token}`,
  slack: token => `/services/T00000000/B00000000/${token}`,
};

/** @param now the test's clock, milliseconds since 1970 */
export async function robot(
  t: Pick<Test, 'teardown'>,
  kind: RobotKind,
  now: () => number,
  options: RobotOptions = {},
): Promise<Robot> {
  const { token = TOKEN, ...settings } = options;
  const path = PATHS[kind](token);
  const next: RobotAnswer[] = [];
  const known = new Set<string>();
  const tooFast = limiter(kind);

  function answerTo(request: IncomingMessage, body: string, at: number): RobotAnswer {
    const refused = tooFast(at);
    const given = next.shift();
    if (given !== undefined) return given;
    if (refused !== null) return refused;
    const url = new URL(request.url!, 'http://robot');
    const answers = ANSWERS[kind];
    if (!`${request.url}`.startsWith(path)) {
      return 'unknownToken' in answers
        ? answers.unknownToken
        : 'unknownKey' in answers
          ? answers.unknownKey
          : answers.noService;
    }
    if (request.method !== 'POST') return ANSWERS.dingtalk.method;
    const asked: RobotRequest = {
      query: url.searchParams,
      contentType: request.headers['content-type'] ?? '',
      body,
      message: parsed(body),
    };
    return RULES[kind](asked, made.settings, at) ?? answers.ok;
  }

  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', chunk => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8');
      const at = now() + made.skewMs;
      const answer = answerTo(request, body, at);
      const id = parsed(body)?.msgUuid;
      const shown = answer.means === 'ok' && (id === undefined || !known.has(id));
      if (shown && id !== undefined) known.add(id);
      made.calls.push({ at, url: request.url!, body, answer, shown, text: wordsOf(parsed(body)) });
      response.writeHead(answer.status, answer.headers ?? {});
      response.end(answer.body);
    });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => {
    server.closeAllConnections();
    return new Promise(resolve => server.close(resolve));
  });

  const made: Robot = {
    kind,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`,
    settings: { secret: null, keyword: null, addressKnown: true, ...settings },
    skewMs: 0,
    calls: [],
    chat: () => made.calls.filter(call => call.shown),
    answerNext: (...answers) => void next.push(...answers),
    busiest: ms =>
      Math.max(
        0,
        ...made.calls.map(({ at }) => made.calls.filter(one => one.at > at - ms && one.at <= at).length),
      ),
  };
  return made;
}

/** Counts every call, also those that are refused, and says when it is one too many (chat-robots.md §2.7, §3.5, §4.7, §5.5). */
function limiter(kind: RobotKind): (at: number) => RobotAnswer | null {
  const calls: number[] = [];
  const within = (at: number, ms: number) => calls.filter(one => one > at - ms && one <= at).length;
  let blockedUntil = 0;
  return at => {
    calls.push(at);
    if (kind === 'dingtalk') {
      if (within(at, MINUTE) > 20 && at >= blockedUntil) blockedUntil = at + 10 * MINUTE;
      return at < blockedUntil ? ANSWERS.dingtalk.tooFast : null;
    }
    if (kind === 'wecom') return within(at, MINUTE) > 20 ? ANSWERS.wecom.tooFast : null;
    if (kind === 'feishu')
      return within(at, MINUTE) > 100 || within(at, 1_000) > 5 ? ANSWERS.feishu.tooFast : null;
    // One a second, and a few more in a burst.
    if (within(at, 5_000) > 6 && at >= blockedUntil) blockedUntil = at + 30_000;
    return at < blockedUntil ? ANSWERS.slack.tooFast : null;
  };
}

// biome-ignore lint/suspicious/noExplicitAny: whatever the caller sent
function parsed(body: string): any {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}

/** Every string of the message that people read, one after the other. */
function wordsOf(message: unknown): string {
  if (typeof message === 'string') return message;
  if (typeof message !== 'object' || message === null) return '';
  return Object.entries(message)
    .filter(([key]) => !/^(msgtype|msg_type|msgUuid|timestamp|sign|tag|schema|template|type)$/.test(key))
    .map(([, value]) => wordsOf(value))
    .filter(text => text !== '')
    .join('\n');
}
