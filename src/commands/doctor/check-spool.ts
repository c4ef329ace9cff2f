/** Pushes that nobody takes in, and those that are quarantined. */
import { constants, lstat, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { may } from '../../files/may.ts';
import { processState } from '../../host/process-state.ts';
import { livingWorker } from '../../host/worker-process.ts';
import type { Spool } from '../../spool/spool.ts';
import { shellWord } from '../../text/printable.ts';
import { type Finding, problemAt } from './finding.ts';

/** A hook writes for milliseconds, a worker takes in within seconds. */
const LONG_MS = 10 * 60_000;

export async function* checkSpool(home: string, spool: Spool, now: number): AsyncGenerator<Finding> {
  const area = 'spool' as const;
  const place = (folder: string, name = '') => join(home, 'spool', folder, name);
  for (const name of await readdir(place('tmp')).catch(() => [])) {
    const path = place('tmp', name);
    const info = await stat(path).catch(() => null);
    if (name.startsWith('.') || info === null || now - info.mtimeMs < LONG_MS) continue;
    yield problemAt(area, path, {
      wanted: 'no file older than 10 minutes',
      got: 'a push whose hook was killed',
      fix: 'belfry doctor --fix   # hands it to the worker; the next worker does it too',
      repair: async () => void (await spool.adoptOrphans({ processState, now: Date.now })),
    });
  }
  const alive = (await livingWorker(home)) !== null;
  for (const name of await readdir(place('new')).catch(() => [])) {
    const path = place('new', name);
    const info = await stat(path).catch(() => null);
    if (name.startsWith('.') || info === null) continue;
    if (!(await may(path, constants.R_OK))) {
      yield problemAt(area, path, {
        wanted: 'a push that the owner of the home can read',
        got: `owner ${info.uid}, mode ${(info.mode & 0o777).toString(8)}`,
        fix: `sudo chgrp ${(await stat(place('new'))).gid} ${shellWord(path)} && sudo chmod g+r ${shellWord(path)}`,
      });
    } else if (!alive && now - info.mtimeMs >= LONG_MS) {
      yield problemAt(area, path, {
        wanted: 'a worker that reads it',
        got: 'none running; see belfry log',
        fix: 'belfry worker --once',
      });
    }
  }
  for (const { name, reason } of await spool.bad()) {
    const path = place('bad', name);
    const isFile = (await lstat(path).catch(() => null))?.isFile() === true;
    const retry = `belfry push retry -- ${shellWord(name)}   # once the reason is fixed`;
    const drop = `rm -f ${shellWord(path)} ${shellWord(`${path}.reason`)}`;
    yield problemAt(area, path, {
      wanted: 'no quarantined push',
      got: reason,
      // The note on what was not kept has no file.
      fix: isFile
        ? `${retry}\n# or drop the push for good: ${drop}`
        : `${drop}   # once read: there is nothing left to retry`,
    });
  }
}
