/** Versions: of this program, and of a Node that lies somewhere. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** `0.2.0` for a release, `0.2.0+gSHA` for a commit after it. */
export async function ownVersion(): Promise<string> {
  const script = join(import.meta.dirname, '..', 'version.sh');
  const { stdout } = await promisify(execFile)('/bin/sh', [script], {
    env: { PATH: '/usr/local/bin:/usr/bin:/bin' },
  });
  return stdout.trim();
}

const run = promisify(execFile);

/** Null when it cannot be run. */
export async function nodeMajor(node: string): Promise<number | null> {
  const said = await run(node, ['--version'], { timeout: 10_000 }).catch(() => null);
  const major = /^v(\d+)\./.exec(said?.stdout ?? '')?.[1];
  return major === undefined ? null : Number(major);
}
