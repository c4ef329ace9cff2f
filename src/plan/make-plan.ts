/** From a file and what there is to what has to be done. Nothing is read and nothing is written here. */
import type { Planned } from '../model/planned.ts';
import { addressPolicy } from '../net/address-policy.ts';
import { defaultSettings, wordsOf } from '../settings/settings.ts';
import type { Change } from './change.ts';
import type { CheckedFile } from './check-file.ts';
import type { Problem } from './mistake.ts';
import type { Surroundings } from './plan-context.ts';
import { planRoots } from './plan-roots.ts';
import { planSettings } from './plan-settings.ts';
import { planUsers } from './plan-users.ts';
import { planWebhooks } from './plan-webhooks.ts';

export interface Plan {
  changes: Change[];
  problems: Problem[];
  planned: Omit<Planned, 'examined'>;
  generated: { name: string; secret: string }[];
  missing: { name: string; missing: readonly string[] }[];
  /** What is there and the file does not name, for each section that the file has. */
  unnamed: { webhooks: string[]; settings: string[]; roots: string[] };
}

export async function makePlan(
  { webhooks, users, settings, roots, problems }: CheckedFile,
  surroundings: Surroundings,
  prune: boolean,
): Promise<Plan> {
  const { state } = surroundings;
  const wantedSettings = planSettings(settings, surroundings, prune);
  const wantedRoots = planRoots(roots, surroundings, prune);
  const wantedUsers = planUsers(users, state.users);
  const { after, chosen } = wantedSettings;
  const exclude = after.get('repo.exclude') ?? defaultSettings('localhost')['repo.exclude'];
  const proxies = {
    before: choiceOf(state.settings),
    after: choiceOf(chosen),
    ssh: after.has('clone.ssh'),
    exclude,
    addresses: addressPolicy({
      allow: wordsOf(after.get('net.allow') ?? ''),
      deny: wordsOf(after.get('net.deny') ?? ''),
    }),
  };
  const wanted = await planWebhooks(webhooks, surroundings, proxies, prune);
  const parts = [wantedRoots, wantedSettings, wantedUsers, wanted];
  return {
    changes: parts.flatMap(part => part.changes),
    problems: [...problems, ...parts.flatMap(part => part.problems)],
    planned: {
      webhooks: wanted.webhooks,
      removed: wanted.removed.map(({ id, revision }) => ({ id, revision })),
      users: wantedUsers.users,
      settings: wantedSettings.texts,
      roots: wantedRoots.roots,
      removedRoots: wantedRoots.removed,
      places: [...wanted.places.values()],
    },
    generated: wanted.generated,
    missing: wanted.missing,
    unnamed: { webhooks: wanted.unnamed, settings: wantedSettings.unnamed, roots: wantedRoots.unnamed },
  };
}

function choiceOf(settings: ReadonlyMap<string, string>) {
  const of = (key: string) => settings.get(key) ?? '';
  return {
    'proxy.http': of('proxy.http'),
    'proxy.https': of('proxy.https'),
    'proxy.exclude': of('proxy.exclude'),
  };
}
