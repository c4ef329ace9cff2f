/** Whether the database can be used; of a damaged one, the ways out. */
import { join } from 'node:path';
import { networkFileSystem } from '../../host/network-file-system.ts';
import { lockHolders } from '../../host/process-state.ts';
import type { DatabaseState, Trouble } from '../../store/examine-database.ts';
import { UPGRADE } from '../../store/schema.ts';
import { shellWord } from '../../text/printable.ts';
import type { Finding } from './finding.ts';

const LOST = [
  'belfry restore --yes BACKUP',
  '# or start over, without any webhook: belfry install DIR...',
].join('\n');

/** @param mounts the kernel's table of them */
export async function* checkDatabase(
  home: string,
  state: DatabaseState,
  mounts?: string,
): AsyncGenerator<Finding> {
  const file = join(home, 'belfry.db');
  const at = { area: 'database', subject: file, level: 'problem' } as const;
  const network = await networkFileSystem(home, mounts);
  if (network !== null)
    yield {
      ...at,
      wanted: "a local file system, which SQLite's write-ahead log needs",
      got: network,
      fix: moveHome(home),
    };
  if (!state.exists) {
    return yield {
      ...at,
      wanted: 'a database',
      got: 'none; pushes wait in the spool',
      fix: LOST,
    };
  }
  if (state.locked) {
    const holders = await lockHolders([file, `${file}-shm`]);
    const known = holders.map(({ pid, name }) => `${pid}${name === '' ? '' : ` (${name})`}`).join(', ');
    yield {
      ...at,
      wanted: 'a database that can be written',
      got: `locked by another process for 5 s${known === '' ? '' : `: process ${known}`}`,
      fix:
        holders.length > 0
          ? `# wait first: a backup or a restore ends by itself\n# kill ${holders.map(({ pid }) => pid).join(' ')}`
          : `fuser -v ${shellWord(file)}   # shows who holds it: wait, then end that process by its id`,
    };
  } else if (state.trouble !== null) {
    yield {
      ...at,
      wanted: 'a database that can be read and written',
      got: state.trouble.message,
      fix: troubleFix(home, state.trouble.by),
    };
  } else if (state.damage !== null) {
    yield { ...at, wanted: 'a database that can be read', got: state.damage, fix: wayOut(home) };
  } else if (state.refused !== null) {
    const { is, message } = state.refused;
    yield {
      ...at,
      wanted: 'a database of this belfry',
      got: message,
      fix:
        is === 'old'
          ? `${UPGRADE}   # in belfry's checkout, with the options it was installed with`
          : `for f in ${shellWord(file)}*; do mv "$f" "$f.foreign"; done\n${LOST}`,
    };
  } else if (state.schema < state.newest) {
    yield {
      ...at,
      wanted: `schema ${state.newest}, of this belfry`,
      got: state.schema === 0 ? 'an empty file' : `schema ${state.schema}, of an older belfry`,
      fix: state.schema === 0 ? LOST : 'belfry install',
    };
  } else if (state.schema > state.newest) {
    yield {
      ...at,
      wanted: `schema ${state.newest}, the newest that this belfry knows`,
      got: `schema ${state.schema}, of a newer belfry`,
      fix: './install.sh   # of the newer belfry\n# or, with a backup from before: belfry restore BACKUP',
    };
  }
}

/** A new home elsewhere would have no webhook: so the one that is there is taken along. */
function moveHome(home: string): string {
  const at = shellWord(home);
  return [
    `findmnt --target ${at}`,
    '# to move the home to DIR on a local disk, once its worker is stopped (with its unit: systemctl stop NAME):',
    `# cp -a ${at} DIR && mv ${at} ${shellWord(`${home}.old`)}`,
    "# ./install.sh --home DIR   # in belfry's checkout, with the other options it was installed with",
    '# belfry --home DIR scan   # announces what was pushed meanwhile',
  ].join('\n');
}

function troubleFix(home: string, by: Trouble): string {
  const at = shellWord(home);
  switch (by) {
    case 'full':
      return `df -h ${at}   # free some space`;
    case 'disk':
      return 'sudo dmesg | tail   # the disk is full, or fails';
    case 'access':
      return `sudo chown -R --reference=${at} ${at}/belfry.db* && chmod u+rw ${at}/belfry.db*`;
    case 'other':
      return `ls -l ${at}; df -h ${at}   # owner, mode and room; what the kernel says: dmesg | tail`;
  }
}

/**
 * Pushes are safe in every case: nothing reads them out of the spool while the database cannot be written. A new one
 * knows no webhook that they could be announced to, so they wait aside until it does.
 */
function wayOut(home: string): string {
  return [
    '# every push stays in the spool until the database is usable:',
    '# there is no hurry',
    `cd ${shellWord(home)}`,
    // It takes two of the files with it when it ends.
    '[ ! -e worker.pid ] || { pkill -F worker.pid -x belfry-worker; sleep 2; }',
    'for f in belfry.db*; do mv "$f" "damaged-$f"; done',
    '# restore a backup; what was pushed after it is announced on resume:',
    'belfry restore --yes BACKUP',
    'belfry resume',
    '# or start over, instead of these two; pushes that wait are kept aside meanwhile:',
    '# mkdir spool/kept && mv spool/new/* spool/kept',
    '# belfry install DIR...   # the current refs become the baseline',
    '# belfry webhook add ...',
    '# mv spool/kept/* spool/new && rmdir spool/kept',
    '# belfry scan   # announces the pushes that waited',
  ].join('\n');
}
