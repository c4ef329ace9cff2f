/** Versions: of this program, and of a Node that lies somewhere. */
import { join } from 'node:path';
import { BelfryError } from '../errors.ts';
import { SYSTEM_PATH } from '../system-path.ts';
import { askProgram } from './ask-program.ts';

/** `0.2.0` for a release, `0.2.0+gSHA` for a commit after it, by the script that also writes it into copies. */
export async function ownVersion(): Promise<string> {
  const script = join(import.meta.dirname, '..', 'version.sh');
  const { status, stdout } = await askProgram('/bin/sh', [script], { env: { PATH: SYSTEM_PATH } });
  if (status !== 0) throw new BelfryError('environment', `${script} does not say which version this is`);
  return stdout.trim();
}

/** The major version. Null when it cannot be run. */
export async function nodeMajor(node: string): Promise<number | null> {
  const { stdout } = await askProgram(node, ['--version'], { timeout: 10_000 });
  const major = /^v(\d+)\./.exec(stdout)?.[1];
  return major === undefined ? null : Number(major);
}
