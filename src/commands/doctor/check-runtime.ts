/** The program's own Node, git, and what the hook uses. */
import { constants } from 'node:fs';
import { join } from 'node:path';
import { BelfryError } from '../../errors.ts';
import { may } from '../../files/may.ts';
import { gitVersion } from '../../git/run-git.ts';
import { nodeMajor } from '../../host/versions.ts';
import { SYSTEM_PATH } from '../../system-path.ts';
import { type Finding, noteAt, problemAt } from './finding.ts';

/** The first that runs TypeScript as belfry is written. */
const OLDEST_NODE = 24;
/** What the door to git asks for exists since then. */
const OLDEST_GIT = [2, 31] as const;

/** @param sqliteTrouble why the database's library cannot be loaded, or null */
export async function* checkRuntime(
  app: string,
  sqliteTrouble: () => Promise<string | null>,
  path = SYSTEM_PATH,
): AsyncGenerator<Finding> {
  const node = join(app, 'node_modules', '.bin', 'node');
  const fix =
    "./install.sh   # in belfry's checkout or unpacked tarball: installs Node and the libraries again";
  const major = await nodeMajor(node);
  if (major === null || major < OLDEST_NODE)
    yield problemAt('runtime', node, {
      wanted: `the Node that belfry brings, ${OLDEST_NODE} or newer`,
      got: `${major === null ? 'none that runs' : `Node ${major}`}: hooks cannot start the worker`,
      fix,
    });
  const trouble = await sqliteTrouble();
  if (trouble !== null)
    yield problemAt('runtime', 'better-sqlite3', {
      wanted: 'the library that opens the database',
      got: trouble,
      fix,
    });
  const version = await gitVersion(path).catch(error => {
    if (error instanceof BelfryError) return error;
    throw error;
  });
  if (version instanceof BelfryError || isOlder(version))
    yield problemAt('runtime', 'git', {
      wanted: `git ${OLDEST_GIT.join('.')} or newer in ${path}`,
      got: version instanceof BelfryError ? version.message : `git ${version}`,
      fix: 'sudo apt-get install -y git',
    });
  if (!(await inPath('setsid', path))) {
    yield noteAt('runtime', 'setsid', {
      wanted: 'setsid (util-linux), so that a worker outlives the session that pushed',
      got: 'none; the hook makes the worker ignore SIGHUP instead',
      fix: 'sudo apt-get install -y util-linux',
    });
  }
}

export function isOlder(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major < OLDEST_GIT[0] || (major === OLDEST_GIT[0] && minor < OLDEST_GIT[1]);
}

async function inPath(program: string, path: string): Promise<boolean> {
  for (const directory of path.split(':'))
    if (await may(join(directory, program), constants.X_OK)) return true;
  return false;
}
