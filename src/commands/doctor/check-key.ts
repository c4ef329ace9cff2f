/** Whether the key opens what it sealed. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Store } from '../../store/store.ts';
import type { Finding } from './finding.ts';

export async function checkKey(home: string, store: Store): Promise<Finding[]> {
  const found: Finding[] = [];
  const key = join(home, 'key');
  for (const { id, url_masked } of await store.webhooks.list()) {
    const problem = await store.webhooks.problem(id);
    if (problem === null) continue;
    found.push({
      area: 'key',
      subject: `webhook ${id} (${url_masked})`,
      level: 'wrong',
      wanted: 'a key that opens its URL and secret',
      got: problem,
      mend: [
        `restore ${key} from its backup, or set both anew:`,
        `  belfry webhook edit ${id} --url-env U --secret-env S`,
      ].join('\n'),
    });
  }
  for (const setting of await store.settings.lost()) {
    found.push({
      area: 'key',
      subject: `setting ${setting}`,
      level: 'wrong',
      wanted: 'a key that opens it',
      got: 'another key, or none: it counts as not set',
      mend: `belfry config set ${setting} URL`,
    });
  }
  if (await stat(`${key}.next`).catch(() => null)) {
    found.push({
      area: 'key',
      subject: `${key}.next`,
      level: 'wrong',
      wanted: 'one key',
      got: 'two: a change of the key was interrupted; both open what is sealed',
      mend: 'belfry key rotate',
      fix: async () => void (await store.key.rotate()),
    });
  }
  return found;
}
