/** The kind `gitlab`: what receivers that were made for GitLab's webhooks take (docs/forges.md). */
import { gitlabPayload } from '../forges/gitlab/gitlab-payload.ts';
import { stableUuid } from '../forges/stable-uuid.ts';
import { forgeVerdict } from './forge-verdict.ts';
import { headerBytes } from './header-bytes.ts';
import type { Kind } from './kind.ts';
import { standardHeaders } from './standard-webhooks.ts';

export const gitlab: Kind = {
  name: 'gitlab',
  grouping: 'event',

  compose(content, word, source) {
    return word === 'ping' ? null : gitlabPayload(content, word, source);
  },

  seal(message, seal) {
    const { event, eventId, source } = seal.composed!;
    const id = stableUuid(seal.deliveryId);
    const [newest = seal.secret, ...others] = seal.signWith ?? [];
    const token = seal.auth === 'password' ? seal.secret : null;
    return {
      method: 'POST',
      url: seal.url,
      headers: [
        ['Content-Type', 'application/json'],
        ['User-Agent', 'GitLab/belfry'],
        ['Accept', '*/*'],
        ['X-Gitlab-Event', event],
        // An empty one would be refused by receivers that know no token.
        ...(token === null ? [] : [['X-Gitlab-Token', headerBytes(token)] as [string, string]]),
        ['Idempotency-Key', id],
        ['X-Gitlab-Event-UUID', stableUuid(`event:${eventId}`)],
        ['X-Gitlab-Webhook-UUID', stableUuid(`webhook:${seal.webhook.id}`)],
        ['X-Gitlab-Instance', new URL(source.web).origin],
        ['X-Belfry-Delivery', seal.deliveryId],
        // GitLab's own signing token is the same standard, over the same id.
        ...standardHeaders(newest, id, seal.now, message, others),
      ],
      body: message,
    };
  },

  judge: forgeVerdict,
};
