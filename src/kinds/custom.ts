/**
 * The kind `custom`: a target that no other kind speaks to. It gets an event in the words of Gitee or of a forge, or what a
 * template picks from them, and its admin has said which answer is a success.
 */
import { fillTemplate } from '../custom/fill-template.ts';
import { loadPayload } from '../custom/payload.ts';
import { missingProof, statusFits } from '../custom/success-rule.ts';
import { compileTemplate, type Piece } from '../custom/template.ts';
import { sortedJson } from '../gitee/json.ts';
import { PLAIN_CUSTOM, type SuccessRule } from '../model/custom-target.ts';
import type { HttpAnswer } from '../model/request.ts';
import type { Problem, Verdict } from '../model/verdict.ts';
import { gitee } from './gitee.ts';
import type { Kind } from './kind.ts';
import { standardHeaders } from './standard-webhooks.ts';

/** Bytes of a body: what fills a template may be much larger than the event itself. */
const LARGEST_BODY = 1_048_576;

export const custom: Kind = {
  name: 'custom',
  grouping: 'event',

  async compose(content, _word, source, options) {
    const { payload, template } = options ?? PLAIN_CUSTOM;
    const payloadOf = await loadPayload(payload);
    const body = payloadOf(content, source);
    if (body === null) return null;
    const text = template === null ? sortedJson(body) : fillTemplate(compiled(template), body, LARGEST_BODY);
    return text === null || Buffer.byteLength(text) > LARGEST_BODY
      ? { refused: TOO_LARGE }
      : { event: content.name, text };
  },

  seal(message, { url, custom: options, signWith, secret, deliveryId, now, event }) {
    const [newest = secret, ...others] = signWith ?? [];
    return {
      method: options?.method ?? 'POST',
      url,
      headers: [
        ['Content-Type', 'application/json'],
        ['User-Agent', 'belfry'],
        ['X-Belfry-Event', event],
        ['X-Belfry-Delivery', deliveryId],
        ...standardHeaders(newest, deliveryId, now, message, others),
      ],
      body: message,
    };
  },

  judge(answer, now, _url, sent) {
    return judgeBy(sent?.seal.custom?.success ?? PLAIN_CUSTOM.success, answer, now);
  },
};

const TOO_LARGE: Problem = {
  kind: 'payload',
  reason: 'too_long',
  final: true,
  code: 'too-large',
  hint: `The body would be larger than ${LARGEST_BODY} bytes, so it was not sent: let the template pick less, or lower payload.commits.`,
};

/** The receiver's own words about a failure are kept in the attempt. */
function judgeBy(rule: SuccessRule, answer: HttpAnswer, now: number): Verdict {
  const { status } = answer;
  if (status === null || !statusFits(rule, status)) {
    const verdict = gitee.judge(answer, now);
    if (verdict.kind !== 'ok') return verdict;
    const wanted = rule.statuses?.join(', ') ?? '2xx';
    const hint = `The receiver answered ${status}; a success is ${wanted} (--success).`;
    return { kind: 'transient', retryAfterMs: null, code: String(status), hint };
  }
  const missing = missingProof(rule, answer);
  if (missing === null) return { kind: 'ok' };
  const hint = `The receiver answered ${status}, but the answer has ${missing}: that is no success by --success-json and --success-contains.`;
  return { kind: 'transient', retryAfterMs: null, code: 'no-proof', hint };
}

/** A push may be sent to many targets with one template. */
const templates = new Map<string, readonly Piece[]>();
const MOST_TEMPLATES = 50;

function compiled(template: string): readonly Piece[] {
  const known = templates.get(template);
  if (known !== undefined) return known;
  const pieces = compileTemplate(template);
  // It was checked when it was registered.
  if (typeof pieces === 'string') throw new Error(`the template is none: wanted ${pieces}`);
  if (templates.size >= MOST_TEMPLATES) templates.clear();
  templates.set(template, pieces);
  return pieces;
}
