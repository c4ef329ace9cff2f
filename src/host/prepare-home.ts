/** Makes the home's directories: the hook finds everything it needs as soon as anything was done with belfry. */
import { chmod, mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { BelfryError } from '../errors.ts';

/** @throws BelfryError `permission` */
export async function prepareHome(home: string): Promise<void> {
  try {
    await mkdir(home, { recursive: true, mode: 0o700 });
    await mkdir(join(home, 'log'), { recursive: true, mode: 0o700 });
    // Set-group-id: what root writes there belongs to the owner's group, so that the owner can read it.
    for (const folder of ['tmp', 'new', 'bad']) {
      const path = join(home, 'spool', folder);
      const made = await mkdir(path, { recursive: true, mode: 0o700 });
      // mkdir itself knows no set-group-id.
      if (made !== undefined) await chmod(path, 0o2700);
    }
  } catch (cause) {
    if ((cause as { code?: string }).code === 'EACCES' && (await isThere(home))) {
      throw new BelfryError('permission', `the home ${home} belongs to another account`, {
        hint: 'Run it as its owner, or with sudo.',
        cause,
      });
    }
    throw new BelfryError('permission', `the home ${home} cannot be made: ${(cause as Error).message}`, {
      hint: 'Choose another one with --home DIR or BELFRY_HOME, or run ./install.sh first.',
      cause,
    });
  }
}

function isThere(home: string): Promise<boolean> {
  return stat(home).then(
    () => true,
    () => false,
  );
}
