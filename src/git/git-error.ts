/** Git's complaints as our one error type, fit for a terminal: they quote ref names and paths that others chose. */
import { BelfryError } from '../errors.ts';

const SHOWN = 500;

/** @param told what git wrote to stderr, or an error of the system */
export function gitError(
  command: string,
  repository: string | null,
  told: string,
  cause?: unknown,
): BelfryError {
  const where = repository === null ? '' : ` in ${plain(repository)}`;
  return new BelfryError('git', `git ${command} failed${where}: ${plain(told) || 'no reason given'}`, {
    cause,
    hint: isMissingProgram(cause) ? 'Install git, or put its directory on the PATH.' : undefined,
  });
}

/** One line without control characters. */
function plain(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/[\u0000-\u001f\u007f-\u009f]/g, '')
    .trim()
    .slice(0, SHOWN);
}

function isMissingProgram(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
}
