/** Who may look into the home: directories and files belong to one user, and nobody else reads them. */
import type { Stats } from 'node:fs';
import { chmod, lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { kindOf } from '../../files/file-error.ts';
import { giveLeftovers, refusal } from '../../host/give-away.ts';
import { prepareHome } from '../../host/prepare-home.ts';
import { shellWord } from '../../text/shell-word.ts';
import type { Area, Finding } from './finding.ts';

/** Open to a group that shares the repositories, or to nobody (`system/share-home.ts`). */
const PLACES: [path: string, area: Area, alone: number, shared: number][] = [
  ['', 'home', 0o700, 0o710],
  ['log', 'home', 0o700, 0o700],
  ['spool', 'spool', 0o700, 0o710],
  ['spool/tmp', 'spool', 0o2700, 0o3733],
  ['spool/new', 'spool', 0o2700, 0o3733],
  ['spool/bad', 'spool', 0o2700, 0o2700],
];

/** @param isRoot root can give files away */
export async function checkHome(home: string, isRoot: boolean): Promise<Finding[]> {
  const info = await lstat(home);
  const shared = (info.mode & 0o070) === 0o010;
  const found: Finding[] = [];
  for (const [name, area, alone, open] of PLACES) {
    const path = join(home, name);
    const wanted = shared ? open : alone;
    const there = await lstat(path).catch(() => null);
    if (there === null) {
      found.push({
        area,
        subject: path,
        level: 'wrong',
        wanted: 'a directory',
        got: 'none',
        mend: 'belfry doctor --fix',
        fix: () => prepareHome(home),
      });
    } else if (!there.isDirectory()) {
      // Its mode is that of what it leads to.
      found.push({
        area,
        subject: path,
        level: 'wrong',
        wanted: 'a directory',
        got: kindOf(there),
        mend: `rm ${shellWord(path)} && belfry doctor --fix`,
      });
    } else if (!same(there.mode, wanted, name)) {
      found.push({
        area,
        subject: path,
        level: 'wrong',
        wanted: `mode ${octal(wanted)}`,
        got: `mode ${octal(there.mode)}`,
        mend: `chmod ${octal(wanted)} ${shellWord(path)}`,
        fix: () => chmod(path, wanted),
      });
    }
  }
  for (const path of await filesOf(home)) {
    const file = await lstat(path).catch(() => null);
    if (file !== null && file.uid !== info.uid) found.push(wrongOwner(path, file, home, info, isRoot));
    if (file?.isFile() && closed(path) && (file.mode & 0o077) !== 0) {
      found.push({
        area: /key[^/]*$/.test(path) ? 'key' : 'database',
        subject: path,
        level: 'wrong',
        wanted: 'mode 600: it holds secrets',
        got: `mode ${octal(file.mode)}`,
        mend: `chmod 600 ${shellWord(path)}`,
        fix: () => chmod(path, 0o600),
      });
    }
  }
  return found;
}

/** Of the home itself and the spool's upper directory the set-group-id bit does not matter. */
function same(mode: number, wanted: number, name: string): boolean {
  const bits = name === '' || name === 'spool' || name === 'log' ? 0o777 : 0o3777;
  return (mode & bits) === (wanted & bits);
}

function wrongOwner(path: string, file: Stats, home: string, owner: Stats, isRoot: boolean): Finding {
  const why = refusal(file, owner.dev);
  return {
    area: 'home',
    subject: path,
    level: 'wrong',
    wanted: `owner ${owner.uid}, as of the home: else the hooks are locked out`,
    got: why === null ? `owner ${file.uid}` : `owner ${file.uid}, and it is not given away: ${why}`,
    mend:
      why === null
        ? `sudo chown -h ${owner.uid}:${owner.gid} ${shellWord(path)}`
        : `rm ${shellWord(path)}   # when you know what it is`,
    ...(isRoot && why === null && { fix: async () => void (await giveLeftovers(home, HOME_FOLDERS)) }),
  };
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
