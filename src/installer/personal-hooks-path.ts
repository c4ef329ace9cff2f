/**
 * What an account has as `core.hooksPath` in its own settings. Git takes that before the hooks of every repository that the
 * account pushes to. The files are the account's: they are looked at before git is asked, which would wait for a pipe.
 */
import { join } from 'node:path';
import { readFileAt } from '../files/safe-directory.ts';
import { SYSTEM_PATH } from '../system-path.ts';
import { gitIn } from './repository-config.ts';

export interface PersonalHooksPath {
  /** The file that says so. */
  file: string;
  /** Absolute, or relative to each repository. */
  hooksPath: string;
}

/** More is no configuration. */
const MOST_BYTES = 1024 * 1024;
/** What the files include, git reads without a bound: it gets no time for much. */
const GIT_MS = 2_000;
/** PATH_MAX of Linux. */
const LONGEST_PATH = 4096;

/** @param home the account's directory. Null: nothing is set, or it cannot be read */
export async function personalHooksPath(home: string): Promise<PersonalHooksPath | null> {
  const texts = [await read(join(home, '.gitconfig')), await read(join(home, '.config/git/config'))];
  if (!texts.some(text => /hookspath|include/i.test(text))) return null;
  const env = { PATH: SYSTEM_PATH, LC_ALL: 'C', HOME: home };
  // No name of a directory: somebody might make one, and Git would want to read its settings.
  const args = [
    '--git-dir=/dev/null',
    'config',
    '--null',
    '--show-scope',
    '--show-origin',
    '--type=path',
    '--get',
    KEY,
  ];
  const out = await gitIn('/', GIT_MS)
    .env(env)
    .raw(args)
    .catch(() => '');
  const [scope, origin, hooksPath] = out.split('\0');
  if (scope !== 'global' || origin === undefined || !hooksPath) return null;
  if (hooksPath.length > LONGEST_PATH) return null;
  return { file: origin.replace(/^file:/, ''), hooksPath };
}

const KEY = 'core.hooksPath';

/** Empty where it is not there, or not for us to read. */
async function read(path: string): Promise<string> {
  const bytes = await readFileAt(path, { most: MOST_BYTES, links: 'follow' }).catch(() => null);
  return bytes?.toString('latin1') ?? '';
}
