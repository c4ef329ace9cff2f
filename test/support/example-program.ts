/** A program of `examples/` at work: started as its README says, stopped with the test. */
import { spawn } from 'node:child_process';
import type { Test } from 'tap';
import { NODE } from './belfry.ts';
import { until } from './until.ts';

export interface ExampleProgram {
  url: string;
  /** The log, once it has the text; fails with the whole log when it never does. */
  says(text: string, times?: number): Promise<string>;
}

export async function exampleProgram(
  t: Pick<Test, 'teardown'>,
  directory: string,
  env: Record<string, string>,
): Promise<ExampleProgram> {
  const child = spawn(NODE, ['main.js'], {
    cwd: directory,
    env: { ...env, PORT: '0' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', chunk => (log += chunk));
  const gone = new Promise(resolve => child.on('close', resolve));
  t.teardown(async () => {
    child.kill();
    await gone;
  });
  const says = (text: string, times = 1) =>
    until(`"${text}" in the log`, () => log.split(text).length > times && log).catch(cause => {
      throw new Error(`${(cause as Error).message}; the log is: ${log}`);
    });
  const started = await says('listening on');
  return { url: /http:\S+/.exec(started)![0], says };
}
