/**
 * Under what conditions git runs here: always the same, whoever started this process. A hook's environment names another
 * repository in `GIT_DIR` and friends, so nothing is inherited: the environment is made from nothing.
 */
import { devNull } from 'node:os';
import { join } from 'node:path';
import { SYSTEM_PATH } from '../system-path.ts';

/**
 * @param repository absolute path of the git directory: named outright, so that git never looks further up for another
 *   one, nor asks who owns it; null for commands that need none
 * @param path the PATH on which git is looked for
 * @param view a git directory of our own in place of the repository's, of which only the objects are seen
 */
export function gitEnvironment(
  repository: string | null,
  path = SYSTEM_PATH,
  view?: string,
): Record<string, string> {
  return {
    PATH: path,
    LC_ALL: 'C',
    ...(repository === null ? {} : { GIT_DIR: repository }),
    ...(view === undefined || repository === null ? {} : throughView(repository, view)),
    // Git gives up where a setting begins with `~/` and there is no HOME: in a repository's file or the system's, and of
    // no use here. So there is one, in which nothing can be: what somebody's own directory holds must make no difference.
    HOME: devNull,
    GIT_CONFIG_GLOBAL: devNull,
    GIT_GRAFT_FILE: devNull,
    GIT_NO_REPLACE_OBJECTS: '1',
    // A partial clone's missing object is missing: nothing is fetched because of an event.
    GIT_NO_LAZY_FETCH: '1',
    // The same for a git that does not know this (before 2.45), and whatever the repository's own settings allow: no
    // protocol has this name.
    GIT_ALLOW_PROTOCOL: 'none',
    GIT_ATTR_NOSYSTEM: '1',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_TERMINAL_PROMPT: '0',
    // Into a pipe git writes each commit by itself: 300,000 take 2.1 s, in whole buffers 1.5 s.
    GIT_FLUSH: '0',
  };
}

function throughView(repository: string, view: string): Record<string, string> {
  return {
    GIT_DIR: view,
    GIT_OBJECT_DIRECTORY: join(repository, 'objects'),
    GIT_SHALLOW_FILE: join(repository, 'shallow'),
  };
}

/** What the configuration of the machine or of the repository could say otherwise. */
export const STEADY_CONFIG: readonly string[] = [
  // For what GIT_DIR does not settle: the worker's user need not own the repository.
  'safe.directory=*',
  // Programs that a repository's settings name would run as the worker's user, who need not be the repository's.
  'core.fsmonitor=false',
  'core.hooksPath=/dev/null',
  'core.attributesFile=/dev/null',
  'core.quotePath=false',
  // Else it complains of the empty graft file above, in front of every error.
  'advice.graftFileDeprecated=false',
  'core.useReplaceRefs=false',
  'color.ui=false',
  'diff.renames=false',
  'gc.auto=0',
  'i18n.logOutputEncoding=UTF-8',
  'log.showSignature=false',
];
