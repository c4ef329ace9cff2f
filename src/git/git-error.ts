/** Git's complaints as our one error type, fit for a terminal: they quote ref names and paths that others chose. */
import { BelfryError } from '../errors.ts';

const SHOWN = 500;

/** @param stderr what git wrote there, or an error of the system; @param cause that error */
export function gitError(
  command: string,
  repository: string | null,
  stderr: string,
  cause?: unknown,
): BelfryError {
  const where = repository === null ? '' : ` in ${plain(repository)}`;
  const message = `git ${command} failed${where}: ${plain(stderr) || 'no reason given'}`;
  return new BelfryError('git', message, { cause });
}

/** There is no git: that says nothing about a repository. */
export class NoGitError extends BelfryError {
  constructor() {
    super('git', 'git was not found on the PATH', {
      hint: 'Install git, or put its directory on the PATH.',
    });
  }
}

/** One line without control characters. */
function plain(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/\p{C}/gu, '').trim().slice(0, SHOWN);
}
