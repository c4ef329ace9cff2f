/** The kind `gitee`: headers and body exactly as gitee.com sends them (gitee-format.md §1 and §2), ours beside them. */

import { HOOK_NAMES } from '../gitee/hook-names.ts';
import { sortedJson } from '../gitee/json.ts';
import type { EventName } from '../model/names.ts';
import { header } from '../model/request.ts';
import type { Verdict } from '../model/verdict.ts';
import { type Envelope, withEnvelope } from './envelope.ts';
import { giteeSignature } from './gitee-signature.ts';
import { headerBytes } from './header-bytes.ts';
import type { RenderingKind, Seal } from './kind.ts';
import { retryAfterMs } from './retry-after.ts';
import { standardHeaders } from './standard-webhooks.ts';

/** Of the two event headers (gitee-format.md §1). */
const HEADER_NAMES: Record<EventName, string> = {
  push: 'Push Hook',
  tag_push: 'Tag Push Hook',
  merge_request: 'Merge Request Hook',
  issue: 'Issue Hook',
  note: 'Note Hook',
};

export const gitee: RenderingKind = {
  name: 'gitee',
  grouping: 'event',

  render(events) {
    return sortedJson(events[0]!.data);
  },

  seal(message, seal) {
    const token = tokenOf(seal);
    const envelope = envelopeOf(seal, token);
    const body = withEnvelope(message, envelope);
    const [newest = seal.secret, ...others] = seal.signWith ?? [];
    const event = seal.test === 'underscore' ? HOOK_NAMES[seal.event] : HEADER_NAMES[seal.event];
    return {
      method: 'POST',
      url: seal.url,
      headers: [
        ['Content-Type', 'application/json'],
        ['User-Agent', 'git-oschina-hook'],
        ['Accept', '*/*'],
        ['Accept-Encoding', 'gzip;q=1.0,deflate;q=0.6,identity;q=0.3'],
        ['X-Gitee-Token', headerBytes(token)],
        ['X-Gitee-Timestamp', String(stampOf(seal))],
        ['X-Gitee-Event', event],
        ['X-Git-Oschina-Event', event],
        ['X-Gitee-Ping', seal.test === false ? 'false' : 'true'],
        ['X-Belfry-Delivery', seal.deliveryId],
        ...standardHeaders(newest, seal.deliveryId, seal.now, body, others),
      ],
      body,
      envelope,
    };
  },

  judge(answer, now): Verdict {
    if (answer.status === null) {
      const error = answer.error ?? { code: 'network', message: 'no answer came' };
      return { kind: 'transient', retryAfterMs: null, code: error.code, hint: error.message };
    }
    const code = String(answer.status);
    if (answer.status >= 200 && answer.status < 300) return { kind: 'ok' };
    if (answer.status === 410) {
      return { kind: 'gone', code, hint: 'The receiver says that it is gone for good (410).' };
    }
    if (answer.status >= 300 && answer.status < 400) {
      return {
        kind: 'transient',
        retryAfterMs: null,
        code,
        hint: 'Redirects are not followed: give the webhook the final URL.',
      };
    }
    const wait = retryAfterMs(header(answer, 'retry-after'), now);
    return { kind: 'transient', retryAfterMs: wait, code, hint: `The receiver answered ${code}.` };
  },
};

/** What the body carries of the webhook (gitee-format.md §2.2); the timestamp is a string (§12, D3). */
function envelopeOf(seal: Seal, token: string): Envelope {
  return {
    hook_id: seal.webhook.id,
    hook_name: HOOK_NAMES[seal.event],
    hook_url: seal.webhook.url,
    password: seal.auth === 'password' ? token : '',
    sign: seal.auth === 'signature' ? token : '',
    timestamp: String(stampOf(seal)),
  };
}

/** Without a secret the header stands with an empty value (gitee-format.md §1). */
function tokenOf(seal: Seal): string {
  if (seal.secret === null || seal.auth === 'none') return '';
  return seal.auth === 'password' ? seal.secret : giteeSignature(seal.secret, stampOf(seal));
}

function stampOf({ stamp, now }: Seal): number {
  return stamp ?? now;
}
