/** The kind `github`: requests as GitHub makes them, for receivers that were made for it (docs/forges.md). */
import { githubPayload } from '../forges/github/github-payload.ts';
import { pingEvent } from '../forges/github/github-ping.ts';
import { stableUuid } from '../forges/stable-uuid.ts';
import { forgeVerdict } from './forge-verdict.ts';
import { hubSignatures } from './hub-signature.ts';
import type { Kind } from './kind.ts';
import { standardHeaders } from './standard-webhooks.ts';

export const github: Kind = {
  name: 'github',
  grouping: 'event',

  compose(content, word, source) {
    return word === 'ping' ? pingEvent(content, source) : githubPayload(content, word, source);
  },

  seal(message, seal) {
    const { event, repositoryId } = seal.composed!;
    const [newest = seal.secret, ...others] = seal.signWith ?? [];
    const secret = seal.auth === 'none' ? null : seal.secret;
    return {
      method: 'POST',
      url: seal.url,
      headers: [
        // To the byte: some receivers compare it as a whole.
        ['Content-Type', 'application/json'],
        ['User-Agent', 'GitHub-Hookshot/belfry'],
        ['Accept', '*/*'],
        ['X-GitHub-Event', event],
        ['X-GitHub-Delivery', stableUuid(seal.deliveryId)],
        ['X-GitHub-Hook-ID', String(seal.webhook.id)],
        ['X-GitHub-Hook-Installation-Target-Type', 'repository'],
        ['X-GitHub-Hook-Installation-Target-ID', String(repositoryId)],
        // Receivers without a secret refuse even an empty signature.
        ...(secret === null ? [] : hubSignatures(secret, message)),
        ['X-Belfry-Delivery', seal.deliveryId],
        ...standardHeaders(newest, seal.deliveryId, seal.now, message, others),
      ],
      body: message,
    };
  },

  judge: forgeVerdict,
};
