/** Whether there is a home, and whether this user may look into it: without either nothing more can be said. */
import { access, constants, readdir, stat } from 'node:fs/promises';
import process from 'node:process';
import { homeState } from '../../host/existing-home.ts';
import { shellWord } from '../../text/shell-word.ts';
import type { Finding } from './finding.ts';

/** A new one would begin with nothing: so the other way comes first. */
const MAKE = './install.sh   # or `belfry install DIR...`; but first see whether its disk is mounted';

export async function checkEntrance(home: string): Promise<Finding[]> {
  const at = { area: 'home', subject: home, level: 'wrong' } as const;
  const info = await stat(home).catch(error => error as NodeJS.ErrnoException);
  if ('code' in info && info.code !== 'EACCES') {
    return [{ ...at, wanted: 'a home', got: 'none', mend: MAKE }];
  }
  if ('uid' in info && !info.isDirectory())
    return [{ ...at, wanted: 'a home', got: 'a file that is no directory', mend: MAKE }];
  // Asked in two ways: `access` knows the real user, everything else is done as the effective one.
  const refusal = await Promise.all([readdir(home), access(home, constants.W_OK | constants.X_OK)]).then(
    () => null,
    error => error as NodeJS.ErrnoException,
  );
  if (refusal === null) {
    const foreign = (await homeState(home)) === 'foreign';
    return foreign
      ? [{ ...at, wanted: 'a home', got: 'neither a database nor a spool in it', mend: MAKE }]
      : [];
  }
  if (refusal.code === 'EROFS') {
    const mend = `mount -o remount,rw "$(df --output=target ${shellWord(home)} | tail -n 1)"   # and see why: dmesg`;
    return [{ ...at, wanted: 'a file system that can be written', got: 'it is read-only', mend }];
  }
  const user = process.geteuid?.();
  const mine = 'uid' in info && info.uid === user;
  return [
    {
      ...at,
      wanted: mine ? 'a home that its owner may read and write' : 'its owner, or root',
      got: `no permission for user ${user}`,
      mend: mine ? `chmod u+rwx ${shellWord(home)}` : 'sudo belfry doctor',
    },
  ];
}
