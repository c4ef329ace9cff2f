/** Whether the key opens what it sealed. */
import { readdir, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { missingReason } from '../../model/missing.ts';
import type { Store } from '../../store/store.ts';
import { shellWord } from '../../text/printable.ts';
import { completeCommand, healCommand } from '../webhook/webhook-json.ts';
import { type Finding, problemAt } from './finding.ts';

/** As `store/key-file.ts` names it, for the milliseconds that it takes to write one. */
const DRAFT = /^key(\.next)?\.[0-9a-f]{16}$/;
const LONG_MS = 60_000;

export async function* checkKey(home: string, store: Store, now: number): AsyncGenerator<Finding> {
  const key = join(home, 'key');
  for (const webhook of await store.webhooks.list()) {
    const { id, url_masked } = webhook;
    if (webhook.active && webhook.missing.length > 0)
      yield problemAt('key', `webhook ${id} (${webhook.name})`, {
        wanted: 'all that it needs to be sent anything',
        got: missingReason(webhook.missing),
        fix: completeCommand(webhook),
      });
    const problem = await store.webhooks.problem(id);
    if (problem === null) continue;
    yield problemAt('key', `webhook ${id} (${url_masked})`, {
      wanted: 'a key that opens its URL and secret',
      got: problem,
      fix: [
        `# restore ${shellWord(key)} from its backup`,
        `# or set what it sealed again: ${healCommand(webhook)}`,
      ].join('\n'),
    });
  }
  for (const setting of await store.settings.lost()) {
    yield problemAt('key', `setting ${setting}`, {
      wanted: 'a key that opens it',
      got: 'another key, or none; the setting counts as not set',
      fix: `belfry config set ${setting} URL`,
    });
  }
  if (await stat(`${key}.next`).catch(() => null))
    yield problemAt('key', `${key}.next`, {
      wanted: 'one key',
      got: 'two: a key rotation was interrupted; both open what is sealed',
      fix: 'belfry key rotate',
      repair: async () => void (await store.key.rotate(now)),
    });
  for (const name of await readdir(home)) {
    const draft = join(home, name);
    if (!DRAFT.test(name) || now - (await stat(draft)).mtimeMs < LONG_MS) continue;
    yield problemAt('key', draft, {
      wanted: 'no other file with a key',
      got: 'a leftover of a process that was killed while it wrote a key',
      fix: `rm ${shellWord(draft)}`,
      repair: () => unlink(draft),
    });
  }
}
