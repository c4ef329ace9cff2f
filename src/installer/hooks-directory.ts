/**
 * The hooks directory of a repository, wherever Git looks for it, and whether belfry may write there. Who may write a
 * repository could lead belfry, by a link or by `core.hooksPath`, into any directory where the home's owner may write:
 * somebody else's repository, or the owner's own `bin`. So outside the repository only a directory is written that root
 * or its own owner has named.
 */
// long: each place where Git may look for hooks, and whether it is trusted, belong together.
import type { Stats } from 'node:fs';
import { basename, dirname, relative, resolve } from 'node:path';
import { BelfryError } from '../errors.ts';
import { codeOf, kindOf, missing, RefusedFile } from '../files/file-error.ts';
import { ownUid } from '../files/may.ts';
import { openDirectory, type SafeDirectory } from '../files/safe-directory.ts';
import { CONFIG } from './config-file.ts';
import type { RepositoryConfig } from './repository-config.ts';

/** The end of what was asked for last, by path. */
const turns = new Map<string, Promise<unknown>>();

export class HooksDirectory implements AsyncDisposable {
  /** Null when it is not there (yet). */
  directory: SafeDirectory | null;
  readonly path: string;
  /** It lies outside the repository: others may look there, too. */
  readonly shared: boolean;
  /** Why nothing may be written there; null when it may. */
  readonly refused: BelfryError | null;
  /** gitolite's, which the repository's own `hooks` has links into. */
  readonly gitolite: boolean;
  /** Where it lies, so that it can be made. */
  readonly #parent: SafeDirectory | null;
  readonly #ownsParent: boolean;

  constructor(
    at: Pick<HooksDirectory, 'directory' | 'path' | 'shared' | 'refused'> & { gitolite?: boolean },
    parent: SafeDirectory | null,
    ownsParent: boolean,
  ) {
    this.directory = at.directory;
    this.path = at.path;
    this.shared = at.shared;
    this.refused = at.refused;
    this.gitolite = at.gitolite ?? false;
    this.#parent = parent;
    this.#ownsParent = ownsParent;
  }

  /** Does the work when nothing else is done there: several repositories may have one. */
  async inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = (turns.get(this.path) ?? Promise.resolve()).then(work);
    const end = done.catch(() => {});
    turns.set(this.path, end);
    try {
      return await done;
    } finally {
      if (turns.get(this.path) === end) turns.delete(this.path);
    }
  }

  /** True when it had to be made, with the mode and the owner of the directory that it is in. */
  async make(): Promise<boolean> {
    if (this.directory !== null) return false;
    if (this.#parent === null) throw new BelfryError('environment', `${this.path} does not exist`);
    this.directory = await makeLikeParent(this.#parent, basename(this.path));
    if (this.directory === null) throw new BelfryError('conflict', `${this.path} was created meanwhile`);
    return true;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.directory?.[Symbol.asyncDispose]();
    if (this.#ownsParent) await this.#parent?.[Symbol.asyncDispose]();
  }
}

/** The `hooks` of a repository or a template. @throws RefusedFile when it is neither a directory nor a link to one */
export async function openOwnHooks(repository: SafeDirectory): Promise<HooksDirectory> {
  const found = await openPlace(repository, 'hooks');
  const path = resolve(repository.path, 'hooks');
  return new HooksDirectory({ ...found, path, shared: found.linked }, repository, false);
}

/** Where Git looks. @throws RefusedFile, BelfryError, system errors */
export async function openHooks(
  repository: SafeDirectory,
  { hooksDirectory: path, hooksPath, hooksScope }: RepositoryConfig,
): Promise<HooksDirectory> {
  if (hooksPath === null) return (await openGitoliteHooks(repository)) ?? openOwnHooks(repository);
  const below = relative(repository.path, path);
  const inside = below !== '' && below !== '..' && !below.startsWith('../');
  // A path of the admin's may have links in it; one that depends on the repository may not.
  const links = /^[/~]/.test(hooksPath) && hooksScope === 'admin' ? 'follow' : 'refuse';
  const parent = await openDirectory(dirname(path), { links }).catch(missing);
  let directory: SafeDirectory | null = null;
  try {
    directory =
      (await parent?.directory(basename(path), { links }).catch(error => notThere(error, path))) ?? null;
    const target = await (directory ?? parent)?.stat();
    const trusted =
      inside || hooksScope === 'admin' || target === undefined || (await namedByOwner(repository, target));
    const refused = trusted ? null : distrust(path, `core.hooksPath in ${resolve(repository.path, CONFIG)}`);
    return new HooksDirectory({ directory, path, shared: !inside, refused }, parent, true);
  } catch (error) {
    await directory?.[Symbol.asyncDispose]();
    await parent?.[Symbol.asyncDispose]();
    throw error;
  }
}

/**
 * Where git looks for pushes of other accounts, when that is another directory: a person's own `core.hooksPath` counts for
 * his pushes alone. Null where nobody else may push.
 */
export async function openForOthers(
  repository: SafeDirectory,
  { isPersonal }: RepositoryConfig,
): Promise<HooksDirectory | null> {
  if (!isPersonal || ((await repository.stat()).mode & 0o022) === 0) return null;
  return openOwnHooks(repository);
}

/**
 * Where gitolite keeps the hooks of all its repositories. gitolite itself knows its own by where `hooks/update` leads to. Null
 * where that is no link to such a directory, or where others than its owner may have made it.
 */
async function openGitoliteHooks(repository: SafeDirectory): Promise<HooksDirectory | null> {
  if (!(await repository.lstat('hooks'))?.isDirectory()) return null;
  await using hooks = await repository.directory('hooks');
  if (!(await hooks.lstat('update'))?.isSymbolicLink()) return null;
  const path = /^(\/.*\/hooks\/common)\/update$/.exec(await hooks.readlink('update'))?.[1];
  if (path === undefined) return null;
  const directory = await openDirectory(path, { links: 'follow' }).catch(missing);
  const target = await directory?.stat();
  const named =
    target !== undefined &&
    madeByOwner(await repository.stat(), target) &&
    madeByOwner(await hooks.stat(), target);
  if (directory !== null && named)
    return new HooksDirectory({ directory, path, shared: true, refused: null, gitolite: true }, null, false);
  await directory?.[Symbol.asyncDispose]();
  return null;
}

export interface Place {
  directory: SafeDirectory | null;
  linked: boolean;
  refused: BelfryError | null;
}

/** A directory that lies in another one, or that a link there leads to. */
export async function openPlace(parent: SafeDirectory, name: string): Promise<Place> {
  const found = await parent.lstat(name);
  if (found === null) return { directory: null, linked: false, refused: null };
  if (!found.isSymbolicLink())
    return { directory: await parent.directory(name), linked: false, refused: null };
  const path = resolve(parent.path, name);
  const directory = await parent.directory(name, { links: 'follow' }).catch(error => notThere(error, path));
  if (directory === null) throw new RefusedFile(path, 'a directory', `${kindOf(found)} that leads nowhere`);
  const trusted = madeByOwner(await parent.stat(), await directory.stat());
  return { directory, linked: true, refused: trusted ? null : distrust(path, `the link ${path}`) };
}

/** A new directory with the mode and the owner of the one that it is in; null when the name is taken. */
export async function makeLikeParent(parent: SafeDirectory, name: string): Promise<SafeDirectory | null> {
  const owner = await parent.stat();
  return parent.makeDirectory(name, { mode: owner.mode & 0o7777, owner });
}

/** Whether nobody but root, the target's owner and the account that belfry runs as can have made a link here. */
function madeByOwner(writable: Stats, target: Stats): boolean {
  return (writable.mode & 0o022) === 0 && [0, target.uid, ownUid()].includes(writable.uid);
}

/** The same for a line in the repository's configuration. */
async function namedByOwner(repository: SafeDirectory, target: Stats): Promise<boolean> {
  const config = await repository.lstat(CONFIG);
  if (config === null || !config.isFile()) return false;
  return madeByOwner(await repository.stat(), target) && madeByOwner(config, target);
}

function distrust(path: string, by: string): BelfryError {
  return new BelfryError(
    'conflict',
    `${path} is outside the repository, and accounts other than its owner may have set ${by}`,
    {
      hint:
        'Let the repository use its own hooks (git config --unset core.hooksPath there, or a directory `hooks` instead of ' +
        'the link), and install again. Only if all repositories of this machine share one hooks directory, since git then ' +
        'runs no others: git config --system core.hooksPath DIR.',
    },
  );
}

function notThere(error: unknown, path: string): null {
  if (codeOf(error) === 'ENOTDIR') throw new RefusedFile(path, 'a directory', 'something else');
  return missing(error);
}
