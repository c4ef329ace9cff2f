/** The major version of a Node that lies somewhere. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Null when it cannot be run. */
export async function nodeMajor(node: string): Promise<number | null> {
  const said = await run(node, ['--version'], { timeout: 10_000 }).catch(() => null);
  const major = /^v(\d+)\./.exec(said?.stdout ?? '')?.[1];
  return major === undefined ? null : Number(major);
}
