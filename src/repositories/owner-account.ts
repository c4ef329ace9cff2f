/** Whose a repository is, on this machine; and the word when it is not there any more. */
import { stat } from 'node:fs/promises';
import { BelfryError } from '../errors.ts';
import { accountName } from '../host/accounts.ts';
import type { Repository } from '../model/repository.ts';

/** Name of the Unix account that owns the directory. @throws BelfryError `not-found` or `permission` */
export async function ownerAccount({ full_name, directory }: Repository): Promise<string> {
  const { uid } = await stat(directory).catch((error: NodeJS.ErrnoException) => {
    const gone = error.code === 'ENOENT' || error.code === 'ENOTDIR';
    throw new BelfryError(
      gone ? 'not-found' : 'permission',
      `${full_name} ${gone ? 'no longer exists' : 'cannot be read'}: ${directory}`,
      {
        hint: '`belfry repo list` lists those that are known, `belfry install DIR` adds one that was moved.',
        cause: error,
      },
    );
  });
  return accountName(uid);
}
