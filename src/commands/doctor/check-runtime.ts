/** The program's own Node, git, and what the hook uses. */
import { access, constants } from 'node:fs/promises';
import { join } from 'node:path';
import { BelfryError } from '../../errors.ts';
import { SYSTEM_PATH } from '../../git/git-environment.ts';
import { gitVersion } from '../../git/git-version.ts';
import { shellWord } from '../../text/shell-word.ts';
import type { Finding } from './finding.ts';

/** What the door to git asks for exists since then. */
export const OLDEST_GIT = [2, 31] as const;

export async function checkRuntime(app: string, path = SYSTEM_PATH): Promise<Finding[]> {
  const found: Finding[] = [];
  const node = join(app, 'node_modules', '.bin', 'node');
  if (!(await executable(node))) {
    found.push({
      area: 'runtime',
      subject: node,
      level: 'wrong',
      wanted: 'the Node that belfry brings',
      got: 'none that can be run: hooks cannot start the worker',
      mend: `cd ${shellWord(app)} && npm ci --omit=dev`,
    });
  }
  const version = await gitVersion(path).catch(error => {
    if (error instanceof BelfryError) return error;
    throw error;
  });
  if (version instanceof BelfryError || isOlder(version)) {
    found.push({
      area: 'runtime',
      subject: 'git',
      level: 'wrong',
      wanted: `git ${OLDEST_GIT.join('.')} or newer in ${path}`,
      got: version instanceof BelfryError ? version.message : `git ${version}`,
      mend: 'apt-get install git',
    });
  }
  if (!(await inPath('setsid', path))) {
    found.push({
      area: 'runtime',
      subject: 'setsid',
      level: 'note',
      wanted: 'setsid (util-linux), so that a worker outlives the session that pushed',
      got: 'none; the hook makes the worker deaf to SIGHUP instead',
      mend: 'apt-get install util-linux',
    });
  }
  return found;
}

export function isOlder(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major < OLDEST_GIT[0] || (major === OLDEST_GIT[0] && minor < OLDEST_GIT[1]);
}

async function inPath(program: string, path: string): Promise<boolean> {
  for (const directory of path.split(':')) if (await executable(join(directory, program))) return true;
  return false;
}

function executable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
