/** A survey of the roots in a process of its own, which takes with it what it has loaded. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { withSystemPath } from '../system-path.ts';

const ENTRY = join(import.meta.dirname, '../survey.ts');

/**
 * @param say takes what it writes into the log
 * @param signal ends it
 * @throws Error when it fails; what was known before stays so
 */
export async function surveyApart(
  home: string,
  say: (text: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const child = spawn(process.execPath, [ENTRY, '--home', home], {
    cwd: '/',
    stdio: ['ignore', 'inherit', 'pipe'],
    env: { ...process.env, PATH: withSystemPath(process.env.PATH) },
    signal,
  });
  child.stderr.setEncoding('utf8').on('data', say);
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  child.once('error', error => (signal.aborted ? resolve() : reject(error)));
  child.once('close', (status, by) =>
    status === 0 || signal.aborted
      ? resolve()
      : reject(new Error(`the survey of the roots ended with ${by ?? `status ${status}`}`)),
  );
  await promise;
}
