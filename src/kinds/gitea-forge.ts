/**
 * The kind `gitea`, which is `forgejo` and `gogs` too: what receivers take that were made for one of the three (docs/forges.md).
 * Forgejo sends the headers of all of them, and GitHub's, so that a receiver finds those that it knows.
 */
import { giteaPayload } from '../forges/gitea-forgejo/gitea-payload.ts';
import { stableUuid } from '../forges/stable-uuid.ts';
import { forgeVerdict } from './forge-verdict.ts';
import { bodySignature, hubSignatures } from './hub-signature.ts';
import type { Kind, Seal } from './kind.ts';
import { standardHeaders } from './standard-webhooks.ts';

type Headers = [name: string, value: string][];

const FAMILY = ['X-Gitea', 'X-Gogs', 'X-Forgejo', 'X-GitHub'];
/** Whose signature is plain hex; GitHub's has a name of its own. */
const SIGNED = ['X-Gitea', 'X-Gogs', 'X-Forgejo'];

export const gitea: Kind = {
  name: 'gitea',
  grouping: 'event',

  compose(content, word, source) {
    return word === 'ping' ? null : giteaPayload(content, word, source);
  },

  seal(message, seal) {
    const { event, type = event } = seal.composed!;
    const [newest = seal.secret, ...others] = seal.signWith ?? [];
    return {
      method: 'POST',
      url: seal.url,
      headers: [
        ['Content-Type', 'application/json'],
        ['User-Agent', 'Gitea/belfry'],
        ['Accept', '*/*'],
        ...forAll('Delivery', stableUuid(seal.deliveryId)),
        ...forAll('Event', event),
        ...forAll('Event-Type', type),
        ...signatures(message, seal),
        ['X-Belfry-Delivery', seal.deliveryId],
        ...standardHeaders(newest, seal.deliveryId, seal.now, message, others),
      ],
      body: message,
    };
  },

  judge: forgeVerdict,
};

function forAll(name: string, value: string): Headers {
  return FAMILY.map(forge => [`${forge}-${name}`, value]);
}

/** Gitea sends empty ones where there is no secret, which receivers refuse that have none either: none are sent then. */
function signatures(body: string, { secret }: Seal): Headers {
  if (secret === null) return [];
  const hex = bodySignature('sha256', secret, body);
  return [
    ...SIGNED.map((forge): [string, string] => [`${forge}-Signature`, hex]),
    ...hubSignatures(secret, body),
  ];
}
