/** `belfry webhook rotate`: a new secret, while the old one stays valid until the receiver knows the new one. */
import { BelfryError } from '../../errors.ts';
import { isGrouped } from '../../model/names.ts';
import { parseHmacHeader } from '../../model/own-header.ts';
import type { Webhook } from '../../model/webhook.ts';
import { moment, parseDuration } from '../../text/moment.ts';
import { flag, webhookId } from '../arguments.ts';
import type { CommandModule } from '../context.ts';
import { printWebhookJson } from './webhook-json.ts';
import { readSecret, secretOptions } from './webhook-secret.ts';

export const webhookRotate: CommandModule = {
  examples: [
    ['webhook rotate 1 --generate-secret', 'The old secret stays valid for 24 hours'],
    ['webhook rotate 1 --secret-stdin --overlap 7d', 'A secret of your own, and a week'],
    ['webhook rotate 1 --generate-secret --now', "Gitee's token is made with the new one at once"],
  ],
  options: yargs =>
    secretOptions(webhookId(yargs))
      .option('overlap', {
        type: 'string',
        default: '24h',
        describe: 'How long both are valid: 30m, 24h, 7d',
      })
      .option('now', flag("Change Gitee's single token at once, not at the end")),
  async run(argv, context) {
    const overlap = parseDuration(argv.overlap);
    if (overlap === null) {
      throw new BelfryError(
        'usage',
        `--overlap: wanted a duration such as 30m, 24h or 7d, got ${argv.overlap}`,
      );
    }
    const store = await context.store();
    const { kind } = await store.webhooks.get(argv.id);
    if (isGrouped(kind)) {
      throw new BelfryError('invalid', `Webhook ${argv.id}: a chat robot (${kind}) has only one secret`, {
        hint: `Change it in the chat and here at once: belfry webhook edit ${argv.id} --secret-stdin`,
      });
    }
    if (kind === 'jenkins') {
      throw new BelfryError('invalid', `Webhook ${argv.id}: a request to Jenkins has only one token`, {
        hint: `Jenkins takes several at a time, so change it at once: belfry webhook edit ${argv.id} --secret-stdin`,
      });
    }
    const secret = await readSecret(argv, context);
    if (secret?.value == null) {
      throw new BelfryError(
        'usage',
        'Missing secret: use --generate-secret, --secret-stdin or --secret-env.',
      );
    }
    const now = context.now();
    const until = now + overlap;
    const tokenFrom = argv.now ? now : until;
    const webhook = await store.webhooks.rotate(argv.id, secret.value, { until, tokenFrom }, now);
    const generated = secret.generated ? secret.value : null;
    if (argv.json) await printWebhookJson(webhook, generated, store, context);
    else {
      if (generated !== null) context.print(`Secret (shown only now): ${generated}`);
      for (const line of rotationLines(webhook, moment(until), argv.now)) context.print(line);
    }
    await context.wakeWorker();
  },
};

/** When the receiver must know the new secret: what signs, and what has room for one secret only. @param until a time, in words */
function rotationLines(webhook: Webhook, until: string, now: boolean): string[] {
  const both = 'webhook-signature carries the signatures of both secrets';
  const proofs = [singleProof(webhook), ownProof(webhook)].filter(proof => proof !== null);
  if (proofs.length === 0)
    return [
      `Give the receiver the new secret before ${until}.`,
      `Until then, ${both}; from then on, only the new one.`,
    ];
  if (now)
    return [
      `Give the receiver the new secret at once: ${proofs.join(' the new one, and ')} the new one from now on.`,
      `Until ${until}, ${both}.`,
    ];
  return [
    `Give the receiver the new secret before ${until}.`,
    `Until then, ${both}, and ${proofs.join(' the old one, and ')} the old one; from then on, only the new one counts.`,
  ];
}

/** What holds one secret at a time, and what it is to that; null when there is no such thing. */
function singleProof({ kind, auth }: Webhook): string | null {
  if (auth === 'none') return null;
  switch (kind) {
    case 'gitlab':
      return auth === 'password' ? 'X-Gitlab-Token is' : null;
    case 'github':
      return 'both X-Hub-Signature headers are made with';
    case 'gitea':
      return 'X-Gitea-Signature and the four like it are made with';
    case 'custom':
      return null;
    default:
      return auth === 'password' ? 'the password is' : 'X-Gitee-Token and sign are made with';
  }
}

/** The header that an admin has for a signature. */
function ownProof({ hmac_header }: Webhook): string | null {
  return hmac_header === null ? null : `${parseHmacHeader(hmac_header)!.name} is made with`;
}
