/** The home: whether it is there and this user may look into it; then, whether its directories and files are its owner's alone. */
import type { Stats } from 'node:fs';
import { access, chmod, constants, lstat, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { kindOf } from '../../files/file-error.ts';
import { giveLeftovers, refusal } from '../../host/give-away.ts';
import { homeState, prepareHome } from '../../host/home.ts';
import { isShared } from '../../host/share-home.ts';
import { shellWord } from '../../text/printable.ts';
import { type Area, type Finding, problemAt } from './finding.ts';

/** Open to a group that shares the repositories, or to nobody (`host/share-home.ts`). */
const PLACES: [path: string, area: Area, alone: number, shared: number][] = [
  ['', 'home', 0o700, 0o710],
  ['log', 'home', 0o700, 0o700],
  ['spool', 'spool', 0o700, 0o710],
  ['spool/tmp', 'spool', 0o2700, 0o3733],
  ['spool/new', 'spool', 0o2700, 0o3733],
  ['spool/bad', 'spool', 0o2700, 0o2700],
];

/** @param isRoot root can give files away */
export async function* checkHome(home: string, isRoot: boolean): AsyncGenerator<Finding> {
  const info = await lstat(home);
  const shared = (info.mode & 0o070) === 0o010;
  for (const [name, area, alone, open] of PLACES) {
    const path = join(home, name);
    const wanted = shared ? open : alone;
    const there = await lstat(path).catch(() => null);
    if (there === null) {
      yield problemAt(area, path, {
        wanted: 'a directory',
        got: 'none',
        fix: 'belfry doctor --fix',
        repair: () => prepareHome(home),
      });
    } else if (!there.isDirectory()) {
      // Its mode is that of what it leads to.
      yield problemAt(area, path, {
        wanted: 'a directory',
        got: kindOf(there),
        fix: `ls -l ${shellWord(path)}   # if it is a link, move the files behind it back first\nmv ${shellWord(path)} ${shellWord(`${path}.old`)} && belfry doctor --fix`,
      });
    } else if (!same(there.mode, wanted, name)) {
      yield problemAt(area, path, {
        wanted: `mode ${octal(wanted)}`,
        got: `mode ${octal(there.mode)}`,
        fix: `chmod ${octal(wanted)} ${shellWord(path)}`,
        repair: () => chmod(path, wanted),
      });
    }
  }
  for (const path of await filesOf(home)) {
    const file = await lstat(path).catch(() => null);
    if (file !== null && file.uid !== info.uid) yield wrongOwner(path, file, home, info, isRoot);
    if (file?.isFile() && closed(path) && (file.mode & 0o077) !== 0)
      yield problemAt(/key[^/]*$/.test(path) ? 'key' : 'database', path, {
        wanted: 'mode 600, since it holds secrets',
        got: `mode ${octal(file.mode)}`,
        fix: `chmod 600 ${shellWord(path)}`,
        repair: () => chmod(path, 0o600),
      });
  }
}

/** Of the home itself and the spool's upper directory the set-group-id bit does not matter. */
function same(mode: number, wanted: number, name: string): boolean {
  const bits = name === '' || name === 'spool' || name === 'log' ? 0o777 : 0o3777;
  return (mode & bits) === (wanted & bits);
}

function wrongOwner(path: string, file: Stats, home: string, owner: Stats, isRoot: boolean): Finding {
  const why = refusal(file, owner.dev);
  return problemAt('home', path, {
    wanted: `owner ${owner.uid}, like the home: else hooks and worker cannot use it`,
    got: why === null ? `owner ${file.uid}` : `owner ${file.uid}, which --fix does not change: ${why}`,
    fix:
      why === null
        ? `sudo chown -h ${owner.uid}:${owner.gid} ${shellWord(path)}`
        : `ls -l ${shellWord(path)}   # what is it? Then remove or move it`,
    ...(isRoot && why === null && { repair: async () => void (await giveLeftovers(home, HOME_FOLDERS)) }),
  });
}

/** What is looked through for files of another owner. */
export const HOME_FOLDERS = ['', 'log', 'spool'];

/** Pushes in the spool belong to whom they belong: that is their proof. */
async function filesOf(home: string): Promise<string[]> {
  const files: string[] = [];
  for (const folder of HOME_FOLDERS) {
    const isHere = (await lstat(join(home, folder)).catch(() => null))?.isDirectory();
    const names = isHere ? await readdir(join(home, folder)).catch(() => []) : [];
    files.push(...names.map(name => join(home, folder, name)));
  }
  return files;
}

function closed(path: string): boolean {
  return /\/(belfry\.db[^/]*|key(\.next|\.old-[^/]*)?)$/.test(path);
}

function octal(mode: number): string {
  return (mode & 0o7777).toString(8);
}

/** A new one would begin with nothing: so the other way comes first. */
const makeHome = (home: string) =>
  [
    `findmnt --target ${shellWord(home)}   # is its disk mounted? Mount it first`,
    '# only for a new, empty home: ./install.sh DIR...',
  ].join('\n');

/** Whether there is a home, and whether this user may look into it: without either nothing more can be said. */
export async function* checkEntrance(home: string): AsyncGenerator<Finding> {
  const at = { area: 'home', subject: home, level: 'problem' } as const;
  const info = await stat(home).catch(error => error as NodeJS.ErrnoException);
  if ('code' in info && info.code !== 'EACCES') {
    return yield { ...at, wanted: 'a home', got: 'none', fix: makeHome(home) };
  }
  if ('uid' in info && !info.isDirectory()) {
    const fix = `ls -l ${shellWord(home)}   # what is it? Move it away, or name the home with --home or BELFRY_HOME`;
    return yield { ...at, wanted: 'a home', got: 'a file, not a directory', fix };
  }
  // Asked in two ways: `access` knows the real user, everything else is done as the effective one.
  const refusal = await Promise.all([readdir(home), access(home, constants.W_OK | constants.X_OK)]).then(
    () => null,
    error => error as NodeJS.ErrnoException,
  );
  if (refusal === null) {
    if ((await homeState(home)) === 'foreign')
      yield { ...at, wanted: 'a home', got: 'a directory without database and spool', fix: makeHome(home) };
    return;
  }
  if (refusal.code === 'EROFS') {
    const mount = `mount -o remount,rw "$(df --output=target ${shellWord(home)} | tail -n 1)"`;
    const fix = `sudo dmesg | tail   # why is it read-only?\n# once the disk is healthy: sudo ${mount}`;
    return yield { ...at, wanted: 'a writable file system', got: 'a read-only one', fix };
  }
  const user = process.geteuid?.();
  const mine = 'uid' in info && info.uid === user;
  yield {
    ...at,
    wanted: mine ? 'a home that its owner may read and write' : 'its owner, or root',
    got: `no permission for user ${user}`,
    fix: mine ? `chmod u+rwx ${shellWord(home)}` : 'sudo belfry doctor',
  };
}

const SWITCH = '/proc/sys/fs/protected_hardlinks';

/**
 * Whether the kernel keeps members from giving names in shared repositories to files of others.
 * @param path of the kernel's switch; where it cannot be read, nothing is known and nothing is said
 */
export async function* checkHardLinks(home: string, path = SWITCH): AsyncGenerator<Finding> {
  const value = await readFile(path, 'utf8').catch(() => '1');
  if (value.trim() !== '0' || !(await isShared(home))) return;
  yield problemAt('home', path, {
    wanted: '1, as every distribution sets it, since other accounts share repositories with this home',
    got: '0: they can hard-link any file of the owner of the home into a repository',
    fix: 'sudo sysctl -w fs.protected_hardlinks=1   # and in /etc/sysctl.d, so that it stays',
  });
}
