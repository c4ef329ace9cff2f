/**
 * The `update` hook of a repository: an admin's rules for each ref that a push moves, gitolite's above all. Git does not run it
 * for what a proc-receive hook answers for, so it is asked here, in the way Git would (githooks, "update").
 */
import { spawn } from 'node:child_process';
import { constants } from 'node:fs';
import { join } from 'node:path';
import { may } from '../files/may.ts';
import { SYSTEM_PATH } from '../system-path.ts';

/** Whether Git would run one: it must be executable. @param hooks the directory where Git looks for hooks */
export function hasUpdateHook(hooks: string): Promise<boolean> {
  return may(join(hooks, 'update'), constants.X_OK);
}

/** Whether one is there that Git leaves out, with a hint, because it is not executable. */
export async function ignoresUpdateHook(hooks: string): Promise<boolean> {
  return (await may(join(hooks, 'update'), constants.F_OK)) && !(await hasUpdateHook(hooks));
}

export interface UpdateQuestion {
  ref: string;
  old: string;
  new: string;
}

/**
 * Runs the hook in this process's directory. What it says goes to standard error, as Git sends it to the pusher.
 * @param environment Git's own, as `/proc/PID/environ` has it. It is handed on as bytes by `xargs` and `env`: Node would take
 *   it for UTF-8
 * @returns why it refuses, in Git's words; null: it does not
 */
export function askUpdateHook(
  hooks: string,
  environment: Buffer,
  question: UpdateQuestion,
): Promise<string | null> {
  const variables = variablesOf(environment);
  // Git always says where the repository is. Without it gitolite's rules would not be asked, or those of another one.
  if (!variables.some(variable => variable.startsWith('GIT_DIR=')))
    return Promise.resolve("the update hook cannot be asked: Git's environment is not known");
  // Always with a slash: it is not looked for on the PATH. `env` would take a path with "=" for a variable.
  const starter = hooks.includes('=') ? ['/bin/sh', '-c', 'exec "$0" "$@"'] : [];
  const command = [...starter, `${hooks}/update`, question.ref, question.old, question.new];
  const words = [
    ...variables.map(variable => Buffer.from(variable, 'latin1')),
    ...command.map(word => Buffer.from(word)),
  ];
  // All of them at once, or nothing is run.
  const whole = ['-0', '-x', '-n', String(words.length)];
  return new Promise(resolve => {
    const child = spawn('xargs', [...whole, 'env', '-i', '--'], {
      stdio: ['pipe', 2, 2],
      env: { PATH: SYSTEM_PATH },
    });
    child.on('error', error => resolve(`the update hook cannot be asked: ${error.message}`));
    child.on('close', status => resolve(status === 0 ? null : 'hook declined'));
    child.stdin!.on('error', () => {});
    child.stdin!.end(Buffer.concat(words.flatMap(word => [word, Buffer.of(0)])));
  });
}

/** One character per byte. What has no name is no variable, and `env` would run it. */
function variablesOf(environment: Buffer): string[] {
  return environment
    .toString('latin1')
    .split('\0')
    .filter(entry => entry.indexOf('=') > 0);
}
