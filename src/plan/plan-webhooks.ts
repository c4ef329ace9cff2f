/** What a file wants of webhooks: which are made, changed and removed. */
import { templateProblems } from '../custom/check-template.ts';
import { PLAIN_CUSTOM } from '../model/custom-target.ts';
import type { Place } from '../model/place.ts';
import type { PlannedWebhook, WholeWebhook } from '../model/planned.ts';
import type { AddressPolicy } from '../net/address-policy.ts';
import { defaultEvents } from '../webhooks/kind-defaults.ts';
import { boundSecrets, overheard } from './bound-secrets.ts';
import { type Change, differences } from './change.ts';
import { defaultFields, storedFields, wantedFields } from './diff-webhook.ts';
import type { Entry } from './file-schema.ts';
import type { Problem } from './mistake.ts';
import { byName, scopeText } from './names.ts';
import type { Surroundings } from './plan-context.ts';
import { wantedScope } from './wanted-scope.ts';
import { type Proxies, type WantedWebhook, wantedWebhook } from './wanted-webhook.ts';

export interface PlannedWebhooks {
  changes: Change[];
  webhooks: PlannedWebhook[];
  removed: WholeWebhook[];
  /** Secrets that were made, by the names of their webhooks. */
  generated: { name: string; secret: string }[];
  places: Map<string, Place>;
  /** Webhooks that lack something then, with what it is. */
  missing: { name: string; missing: readonly string[] }[];
  unnamed: string[];
  problems: Problem[];
}

export async function planWebhooks(
  entries: readonly (Entry | null)[] | null,
  surroundings: Surroundings,
  proxies: Proxies & { exclude: string; addresses: AddressPolicy },
  prune: boolean,
): Promise<PlannedWebhooks> {
  const { state } = surroundings;
  const known = byName(state.webhooks);
  const planned: PlannedWebhooks = {
    ...{ changes: [], webhooks: [], removed: [], generated: [], missing: [], unnamed: [], problems: [] },
    places: new Map(),
  };
  const { problems } = planned;
  const all: WantedWebhook[] = [];
  const seen = new Map<string, number>();
  for (const [index, entry] of (entries ?? []).entries()) {
    if (entry === null) continue;
    const { name } = entry;
    const current = known.get(name) ?? null;
    const first = seen.get(name);
    if (first !== undefined)
      problems.push({
        path: ['webhooks', index, 'name'],
        wanted: 'a name of its own',
        got: `that of webhooks[${first}]`,
      });
    seen.set(name, first ?? index);
    const found = wantedWebhook(entry, index, current, surroundings, proxies);
    problems.push(...found.problems, ...(await templateMistakes(entry, index)));
    const scope =
      entry.scope === undefined ? null : wantedScope(entry.scope, current, surroundings, proxies.exclude);
    if (scope !== null && 'wanted' in scope) problems.push({ path: ['webhooks', index, 'scope'], ...scope });
    const { wanted } = found;
    if (wanted === null || scope === null || 'wanted' in scope || first !== undefined) continue;
    const refused = addressProblem(wanted, proxies.addresses);
    if (refused !== null) problems.push({ path: ['webhooks', index, 'url'], ...refused });
    all.push(wanted);
    put(planned, wanted, scope, entry.scope, state);
  }
  problems.push(...boundSecrets(all, known, proxies.before));
  const left = [...known].filter(([name]) => !seen.has(name));
  if (entries !== null && prune) {
    for (const [name, whole] of left) {
      planned.removed.push(whole);
      planned.changes.push({ action: 'remove', what: 'webhook', name, id: whole.id, fields: [] });
    }
  } else {
    if (entries !== null) planned.unnamed.push(...left.map(([name]) => name));
    const spied = overheard(left, proxies.before, proxies.after);
    if (spied !== null)
      problems.push({
        path: ['settings', spied.key],
        wanted: 'a reference: who chooses this proxy reads what is secret',
        got: `one that the file chooses, and that could read what webhook ${JSON.stringify(spied.name)} is sent`,
      });
  }
  return planned;
}

/** An address that no attempt will ever call is a mistake, as it is for `webhook add`. */
function addressProblem(
  { current, input }: WantedWebhook,
  addresses: AddressPolicy,
): { wanted: string; got: string } | null {
  if (input.url === '' || input.url === current?.target?.url) return null;
  const host = (URL.parse(input.url)?.hostname ?? '').replace(/^\[|\]$|\.$/g, '');
  const reason = addresses.refuseTarget(host);
  return reason === null ? null : { wanted: 'a host that belfry may call', got: `${host}: ${reason}` };
}

function put(
  planned: PlannedWebhooks,
  wanted: WantedWebhook,
  { scope, place }: { scope: string; place: Place | null },
  text: string,
  state: Surroundings['state'],
): void {
  const { current, masked, name, generated } = wanted;
  // One without a name that is called by its alias has none afterwards either.
  const input = { ...wanted.input, scope, name: current?.webhook.name ?? name };
  const before =
    current === null ? defaultFields() : storedFields(current, scopeText(current.webhook.scope, state));
  const fields = differences(before, wantedFields({ ...wanted, input }, text), current === null);
  if ((input.missing ?? []).length > 0) planned.missing.push({ name, missing: input.missing! });
  if (fields.length === 0) return;
  const { id = null, revision = null } = current ?? {};
  planned.webhooks.push({ id, input, masked, revision, place: place?.path ?? null });
  if (place !== null) planned.places.set(place.path, place);
  if (generated !== null) planned.generated.push({ name, secret: generated });
  planned.changes.push({ action: current === null ? 'create' : 'change', what: 'webhook', name, id, fields });
}

async function templateMistakes({ custom, events }: Entry, index: number): Promise<Problem[]> {
  if (custom == null || typeof custom.template !== 'string') return [];
  const { template, payload = PLAIN_CUSTOM.payload } = custom;
  const path = ['webhooks', index, 'custom', 'template'];
  const found = await templateProblems(
    template,
    payload,
    (events as string[] | undefined) ?? defaultEvents('custom'),
  );
  return found.map(problem => {
    const [, place = '', wanted = problem, got = 'another template'] =
      /^(?:(\{\{.*?\}\}): )?wanted (.*?)(?:, got (.*))?$/s.exec(problem) ?? [];
    return { path, wanted: place === '' ? wanted : `for ${place} ${wanted}`, got };
  });
}
