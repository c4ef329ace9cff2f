/** Files that a hook wrote and never handed over, because it was killed. */
import { randomUUID } from 'node:crypto';
import { lstat, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { accountOf, type Judges, UNSEEN_MS } from './claims.ts';
import type { FolderIndex } from './folder-index.ts';
import { parseSpoolFile } from './parse-spool-file.ts';
import type { Quarantine } from './quarantine.ts';
import { readDropped } from './read-dropped.ts';

const HOUR_MS = 3_600_000;
/** Bytes: a header with very many push options. */
const BEGINNING = 2 ** 20;
/** Orphans of one account that are handled at once. */
const MOST = 256;

interface Places {
  /** `<home>/spool` */
  directory: string;
  /** Of `tmp/`. */
  written: FolderIndex;
  quarantine: Quarantine;
  isTrusted: () => Promise<(uid: number) => boolean>;
}

/** Hands them over now. Gives the names that they have in `new/`. */
export async function adoptOrphans(
  { directory, written, quarantine, isTrusted }: Places,
  { processState, now }: Pick<Judges, 'processState' | 'now'>,
): Promise<string[]> {
  await written.refresh();
  await written.complete();
  const trusted = await isTrusted();
  const adopted: string[] = [];
  const handled = new Map<number, number>();
  for (const { name, uid, changedAt, claim } of [...written.all()]) {
    const count = handled.get(uid) ?? 0;
    if (claim === null || (count >= MOST && !trusted(uid))) continue;
    const pid = typeof claim === 'string' ? null : claim.hookPid;
    const state = processState({ pid, at: changedAt, uid: accountOf({ uid, trusted: trusted(uid) }) });
    const age = Math.abs(now() - changedAt);
    // Without its hook's number only time tells.
    const killed =
      pid === null ? age > HOUR_MS : state === 'gone' || (state === 'unknown' && age > UNSEEN_MS);
    if (!killed) continue;
    handled.set(uid, count + 1);
    const path = join(directory, 'tmp', name);
    const says = await saysSomething(path).catch(() => null);
    if (says === true) {
      const handedOver = await handOver(path, join(directory, 'new'), name);
      if (handedOver !== null) adopted.push(handedOver);
    } else if (says === false) {
      const reason = 'its hook was killed before it had written the push';
      await quarantine.keepSome(path, uid, reason);
    }
    written.drop(name);
  }
  return adopted;
}

async function saysSomething(path: string): Promise<boolean> {
  const file = await readDropped(path, BEGINNING);
  const push = file === null || typeof file === 'string' ? null : parseSpoolFile(file.bytes);
  // A push of which no ref stands there has moved some all the same: they are compared.
  return push !== null && typeof push !== 'string';
}

/** Null when it is gone. The name of a ref check can be guessed, and a file that somebody else has there must stay. */
async function handOver(path: string, to: string, name: string): Promise<string | null> {
  const taken = await lstat(join(to, name)).catch(() => null);
  const free = taken === null ? name : randomUUID();
  try {
    await rename(path, join(to, free));
    return free;
  } catch (error) {
    if ((error as { code?: string }).code === 'ENOENT') return null;
    throw error;
  }
}
