/**
 * The home: whether there is one, asked without making anything, and making its directories. A disk that is not mounted
 * leaves an empty directory behind, and a mistyped path none: an empty home made there would say that all is well, and keep
 * the pushes of everybody else out.
 */
import { constants } from 'node:fs';
import { access, chmod, mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { BelfryError } from '../errors.ts';
import { may } from '../files/may.ts';

/**
 * `missing`: nothing of that name. `foreign`: a file, or a directory with neither database nor spool, such as the mount
 * point of a disk that is away. `no-database`: the spool is there, `belfry.db` is not.
 */
export type HomeState = 'missing' | 'foreign' | 'no-database' | 'there';

/** @throws BelfryError `permission` when this account may not look into it */
export async function homeState(home: string): Promise<HomeState> {
  const there = async (name: string): Promise<boolean> => {
    try {
      await stat(join(home, name));
      return true;
    } catch (cause) {
      const code = (cause as { code?: string }).code;
      if (code === 'ENOENT' || code === 'ENOTDIR') return false;
      if (code !== 'EACCES') throw cause;
      throw await belongsToOther(home, cause);
    }
  };
  if (!(await there('.'))) return (await may(home, constants.F_OK)) ? 'foreign' : 'missing';
  if (await there('belfry.db')) return 'there';
  return (await there('spool')) ? 'no-database' : 'foreign';
}

/**
 * To be called before anything is opened there.
 * @param wanted `spool`: a home that has lost its database will do
 * @throws BelfryError `home`, which names the path and what to type; `permission` when it is another account's
 */
export async function requireHome(home: string, wanted: 'database' | 'spool' = 'database'): Promise<void> {
  const state = await homeState(home);
  if (state === 'there') return requireOwn(home);
  if (state === 'no-database') {
    if (wanted === 'spool') return;
    throw new BelfryError('home', `The home ${home} has no database: ${join(home, 'belfry.db')} is missing`, {
      hint: 'Pushes stay in the spool. `belfry restore FILE` brings a backup back, `belfry install DIR...` starts over.',
    });
  }
  const got = state === 'missing' ? 'it does not exist' : 'it has neither a database nor a spool';
  throw new BelfryError('home', `No home of belfry at ${home}: ${got}`, {
    hint: 'Is its disk mounted? Name another one with --home DIR or BELFRY_HOME; `belfry install DIR...` creates a new one.',
  });
}

/**
 * To be called before anything is said of pushes that wait: where hooks cannot write one down, none waits, and all would
 * seem to be well. @throws BelfryError `home`
 */
export async function requireSpool(home: string): Promise<void> {
  for (const folder of ['new', 'tmp', 'bad']) {
    const path = join(home, 'spool', folder);
    const got = await stat(path).then(
      async info => {
        if (!info.isDirectory()) return 'is not a directory';
        return (await may(path, constants.W_OK | constants.X_OK)) ? null : 'cannot be written';
      },
      (error: NodeJS.ErrnoException) =>
        error.code === 'ENOENT' ? 'is missing' : `cannot be read (${error.code})`,
    );
    if (got === null) continue;
    const { shellWord } = await import('../text/printable.ts');
    throw new BelfryError('home', `Pushes are not announced: the spool ${path} ${got}`, {
      hint: `\`belfry --home ${shellWord(home)} doctor --fix\` fixes it, or says what to do; \`scan\` then announces what was pushed meanwhile.`,
    });
  }
}

/** Of a file system that may not be written too much can still be read: it would say that all is well. */
async function requireOwn(home: string): Promise<void> {
  try {
    await access(join(home, 'belfry.db'), constants.R_OK | constants.W_OK);
  } catch (cause) {
    const { code } = cause as { code?: string };
    if (code === 'EROFS') {
      throw new BelfryError('home', `The home ${home} cannot be written`, {
        hint: 'The file system is read-only: pushes are not announced until it is writable again.',
        cause,
      });
    }
    const file = await stat(join(home, 'belfry.db')).catch(() => null);
    // Of a file of one's own the mode is wrong: SQLite's error and `doctor` say that.
    if (code === 'EACCES' && file?.uid !== process.geteuid?.()) throw await belongsToOther(home, cause);
  }
}

/** @param what belongs to the home's owner; in a sentence */
export async function belongsToOther(home: string, cause: unknown, what = 'The home'): Promise<BelfryError> {
  const { findAccount } = await import('./accounts.ts');
  const nameOf = async (uid: number) => (await findAccount(uid))?.name ?? `user ${uid}`;
  const info = await stat(home).catch(() => null);
  const me = process.geteuid?.() ?? -1;
  const problem = (text: string, hint: string) =>
    new BelfryError('permission', `${what} ${home} ${text}`, { hint, cause });
  if (info === null) return problem('belongs to another account', 'Run belfry as its owner, or with sudo.');
  if (info.uid === me) return problem('cannot be read by its owner', '`belfry doctor` says what to change.');
  const owner = await nameOf(info.uid);
  return problem(`belongs to ${owner}, not to ${await nameOf(me)}`, `Run belfry as ${owner}, or with sudo.`);
}

/** The hook finds everything it needs as soon as anything was done with belfry. @throws BelfryError `permission` */
export async function prepareHome(home: string): Promise<void> {
  try {
    await mkdir(home, { recursive: true, mode: 0o700 });
    await mkdir(join(home, 'log'), { recursive: true, mode: 0o700 });
    // Set-group-id: what root writes there belongs to the owner's group, so that the owner can read it.
    for (const folder of ['tmp', 'new', 'bad']) {
      const path = join(home, 'spool', folder);
      const made = await mkdir(path, { recursive: true, mode: 0o700 });
      // mkdir itself knows no set-group-id.
      if (made !== undefined) await chmod(path, 0o2700);
    }
  } catch (cause) {
    if ((cause as { code?: string }).code === 'EACCES' && (await may(home, constants.F_OK)))
      throw await belongsToOther(home, cause);
    throw new BelfryError('permission', `The home ${home} cannot be created: ${(cause as Error).message}`, {
      hint: 'Choose another one with --home DIR or BELFRY_HOME, or run ./install.sh first.',
      cause,
    });
  }
}
