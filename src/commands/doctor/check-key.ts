/** Whether the key opens what it sealed. */
import { readdir, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Store } from '../../store/store.ts';
import { shellWord } from '../../text/shell-word.ts';
import { type Finding, wrong } from './finding.ts';

/** As `store/key-file.ts` names it, for the milliseconds that it takes to write one. */
const DRAFT = /^key(\.next)?\.[0-9a-f]{16}$/;
const LONG_MS = 60_000;

export async function checkKey(home: string, store: Store, now: number): Promise<Finding[]> {
  const found: Finding[] = [];
  const key = join(home, 'key');
  for (const { id, url_masked } of await store.webhooks.list()) {
    const problem = await store.webhooks.problem(id);
    if (problem === null) continue;
    found.push({
      ...wrong('key', `webhook ${id} (${url_masked})`),
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
      ...wrong('key', `setting ${setting}`),
      wanted: 'a key that opens it',
      got: 'another key, or none: it counts as not set',
      mend: `belfry config set ${setting} URL`,
    });
  }
  if (await stat(`${key}.next`).catch(() => null)) {
    found.push({
      ...wrong('key', `${key}.next`),
      wanted: 'one key',
      got: 'two: a change of the key was interrupted; both open what is sealed',
      mend: 'belfry key rotate',
      fix: async () => void (await store.key.rotate(now)),
    });
  }
  for (const name of await readdir(home)) {
    const draft = join(home, name);
    if (!DRAFT.test(name) || now - (await stat(draft)).mtimeMs < LONG_MS) continue;
    found.push({
      ...wrong('key', draft),
      wanted: 'no other file with a key',
      got: 'what is left of a key that was being written when its process was killed',
      mend: `rm ${shellWord(draft)}`,
      fix: () => unlink(draft),
    });
  }
  return found;
}
