/** Starts a home's worker as the hook does, with nothing of the environment. */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { type Belfry, NODE, PROJECT } from '../../test/support/belfry.ts';

/** @param node arguments for Node itself */
export function startWorker(
  { home, env }: Belfry,
  { once = false, node = [] as string[] } = {},
): ChildProcess {
  const log = openSync(logOf(home), 'a');
  const program = [...node, join(PROJECT, 'src', 'worker.ts'), '--home', home, ...(once ? ['--once'] : [])];
  const child = spawn(NODE, program, { cwd: '/', env, stdio: ['ignore', log, log] });
  closeSync(log);
  return child;
}

export function logOf(home: string): string {
  return join(home, 'log', 'worker.log');
}
