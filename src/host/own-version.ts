/** What this program is, by the script that also writes it into copies. */
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
