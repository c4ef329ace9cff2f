/** The fields of a webhook as it is and as it is wanted, to be held against each other. */

import { maskProxy } from '../masking/mask-url.ts';
import { missingHeaders } from '../model/missing.ts';
import type { WholeWebhook } from '../model/planned.ts';
import { NO_PROXY, PLAIN_REACH } from '../model/reach.ts';
import type { WebhookInput, WebhookSettings } from '../model/webhook.ts';
import { certificateName } from '../webhooks/certificates.ts';
import { NEW_WEBHOOK, settingsOf } from '../webhooks/webhook-input.ts';
import { type Fields, shown } from './change.ts';
import type { WantedWebhook } from './wanted-webhook.ts';

type Field = { value: unknown; shown: string };

/** @param scope as the file writes it */
export function storedFields({ webhook, target }: WholeWebhook, scope: string): Fields {
  const lost = { value: 'lost', shown: 'one whose key is lost' };
  const url = target === null ? lost : { value: target.url, shown: webhook.url_masked || 'missing' };
  const fields = plainFields(settingsOf(webhook), scope, url);
  if (target === null) fields.set('secret', lost);
  else secretFields(fields, target, webhook.missing, new Map());
  return fields;
}

export function wantedFields({ input, masked, said }: WantedWebhook, scope: string): Fields {
  const url = { value: input.url, shown: said.get('url') ?? (masked || 'missing') };
  const fields = plainFields(input, scope, url);
  secretFields(fields, input, input.missing ?? [], said);
  return fields;
}

/** What nobody has to be told of a new one. */
export function defaultFields(): Fields {
  const fields = plainFields(NEW_WEBHOOK, '', { value: null, shown: 'none' });
  // Always worth a line.
  fields.delete('kind');
  fields.delete('events');
  secretFields(fields, NEW_WEBHOOK, [], new Map());
  return fields;
}

/** The name heads the lines. */
function plainFields(settings: WebhookSettings, scope: string, url: Field): Map<string, Field> {
  const fields = new Map<string, Field>();
  fields.set('scope', { value: settings.scope, shown: scope });
  fields.set('url', url);
  for (const name of Object.keys(settingsOf(settings as never)) as (keyof WebhookSettings)[])
    if (name !== 'scope' && name !== 'name') put(fields, name, settings[name]);
  return fields;
}

/** An object is its parts: only the one that changes is shown. */
function put(fields: Map<string, Field>, name: string, value: unknown): void {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    for (const [key, part] of Object.entries(value)) put(fields, `${name}.${key}`, part);
  else fields.set(name, { value, shown: shown(value) });
}

type Secrets = Pick<WebhookInput, 'secret' | 'reach' | 'headers'>;

function secretFields(
  fields: Map<string, Field>,
  { secret, reach = PLAIN_REACH, headers = [] }: Secrets,
  missing: readonly string[],
  said: ReadonlyMap<string, string>,
): void {
  const { proxy, ca, client_cert, client_key, ...plain } = reach;
  const isMissing = (place: string) => missing.includes(place);
  const hidden = (place: string, value: string | null) =>
    void fields.set(place, {
      value: value ?? (isMissing(place) ? { missing: true } : null),
      shown:
        said.get(place) ?? (value !== null ? 'one that is not shown' : isMissing(place) ? 'missing' : 'none'),
    });
  hidden('secret', secret);
  hidden('client_key', client_key);
  for (const [name, value] of headers) hidden(`headers.${name.toLowerCase()}`, value);
  for (const name of missingHeaders(missing))
    fields.set(`headers.${name.toLowerCase()}`, { value: { missing: true }, shown: 'missing' });
  const shownProxy = proxy === null || proxy === NO_PROXY ? proxy : maskProxy(proxy);
  fields.set('proxy', {
    value: proxy ?? (isMissing('proxy') ? { missing: true } : null),
    shown: said.get('proxy') ?? shownProxy ?? (isMissing('proxy') ? 'missing' : 'as the settings say'),
  });
  for (const [place, pem] of Object.entries({ ca, client_cert }))
    fields.set(place, { value: pem, shown: pem === null ? 'none' : certificateName(pem) });
  for (const [name, value] of Object.entries(plain)) put(fields, name, value);
}
