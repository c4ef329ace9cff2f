/** Feishu's and Lark's answer codes (chat-robots.md §4.6). */
import type { Row } from './robot-verdict.ts';

const TOO_FAST: Row = {
  kind: 'rate',
  scope: 'robot',
  // Doubled by the pace as long as it goes on.
  retryAfterMs: 2_000,
  advice: 'too many messages; belfry waits and then goes on by itself',
};
const REFUSED: Row = {
  kind: 'payload',
  reason: 'rejected',
  advice: 'the bot refuses the card; belfry sends a plain text instead',
};

export const FEISHU_CODES: Record<number, Row> = {
  9499: {
    kind: 'payload',
    reason: 'rejected',
    advice: 'the bot refuses this message; belfry sends a plain text',
  },
  11232: TOO_FAST,
  11233: TOO_FAST,
  11247: TOO_FAST,
  11246: REFUSED,
  11310: REFUSED,
  200621: REFUSED,
  230099: REFUSED,
  19001: {
    kind: 'config',
    reason: 'token',
    advice: 'there is no bot at this URL; copy the webhook URL from the bot’s page again',
  },
  19002: REFUSED,
  19007: {
    kind: 'config',
    reason: 'disabled',
    advice: 'the bot is switched off; switch it on, then enable the webhook again',
  },
  19022: {
    kind: 'config',
    reason: 'ip',
    advice:
      'this server’s address is not on the bot’s list; add it in the security settings, or use signing instead',
  },
  19024: {
    kind: 'config',
    reason: 'keyword',
    advice: 'no keyword of the bot is in the message; give the webhook one of them with --keyword',
  },
  19036: {
    kind: 'payload',
    reason: 'too_long',
    advice: 'the message is too long; belfry sends a shorter one',
  },
};

/** 19021 has two causes and one text for both, so only a text that names the time alone is surely the clock. */
export function signRow(text: string): Row {
  if (/timestamp/i.test(text) && !/sign/i.test(text)) {
    const advice = 'the bot finds our time more than an hour wrong; set this server’s clock right';
    return { kind: 'config', reason: 'clock', advice };
  }
  const advice =
    'the bot rejects our signature: wrong secret, signing is off, or this server’s clock is more than an hour wrong; copy the secret from its security settings';
  return { kind: 'config', reason: 'sign', advice };
}

/** The first kind of bot had the path /open-apis/bot/hook/ and other messages (chat-robots.md §4.1). */
export const OLD_ROBOT: Row = {
  kind: 'config',
  reason: 'token',
  advice:
    'the old bots of /open-apis/bot/hook/ are not supported; add a custom bot anew and use its URL (/bot/v2/hook/)',
};
