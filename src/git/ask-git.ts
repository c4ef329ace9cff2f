/** simple-git for ordinary commands with a short answer, under the same conditions as the streamed ones. */
import { type SimpleGit, simpleGit } from 'simple-git';
import { gitEnvironment, STEADY_CONFIG } from './git-environment.ts';

/** @param repository absolute path of a git directory; null for commands that need none */
export function askGit(repository: string | null, path?: string): SimpleGit {
  const environment = gitEnvironment(repository, path);
  const git = simpleGit({
    baseDir: '/',
    config: [...STEADY_CONFIG],
    // It waits 50 ms for late output by default, which is most of the time here.
    completion: { onClose: true, onExit: false },
    // What it would take out of a foreign environment is our own.
    allowEnvironment: Object.keys(environment),
    // They guard against foreign settings; ours shut out protocols, hooks and the user's configuration.
    unsafe: {
      allowUnsafeProtocolOverride: true,
      allowUnsafeConfigPaths: true,
      allowUnsafeHooksPath: true,
      allowUnsafeFsMonitor: true,
    },
  });
  return git.env(environment);
}
