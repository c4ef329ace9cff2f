/** Whether a DIR can be given hooks by the account that owns the home. */
import { constants } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { BelfryError } from '../../errors.ts';
import { may, ownUid } from '../../files/may.ts';
import { othersMayWrite, ROOT_REFUSES_HINT, rootRefuses } from '../../host/others-may-write.ts';
import { findRepositories, repositoryKind } from '../../installer/find-repositories.ts';

const WANTED = 'give a bare repository or a directory of bare repositories';

/** @param user the name of who runs this @throws BelfryError `usage` or `permission` */
export async function checkDirectory(directory: string, user: string): Promise<void> {
  const odd = (what: string) => new BelfryError('usage', `${directory} ${what}: ${WANTED}`);
  const found = await stat(directory).catch(error => {
    if (error.code === 'ENOENT') throw odd('does not exist');
    return null;
  });
  if (found?.isDirectory() === false) throw odd('is a file');
  if (!(await may(directory, constants.R_OK | constants.X_OK)))
    throw new BelfryError('permission', `${directory}: ${user} has no permission to read it`);
  const inner = join(directory, '.git');
  if ((await exists(inner)) && (await repositoryKind(inner)) !== 'bare') throw odd('is a working copy');
  const kind = await repositoryKind(directory);
  if (kind === 'work') throw odd('is the .git of a working copy');
  if (kind === 'none' && (await isFile(join(directory, 'HEAD'))))
    throw odd('has a file HEAD, but is not a repository that Git accepts');
  await checkRepositories(directory, user);
}

async function checkRepositories(directory: string, user: string): Promise<void> {
  const closed: string[] = [];
  for await (const { directory: repository } of findRepositories(directory, { owner: ownUid() })) {
    if (process.geteuid!() === 0) {
      const why = await othersMayWrite(repository);
      if (why !== null)
        throw new BelfryError('permission', rootRefuses(repository, why), { hint: ROOT_REFUSES_HINT });
    }
    const hooks = join(repository, 'hooks');
    const place = (await exists(hooks)) ? hooks : repository;
    if (!(await may(repository, constants.W_OK)) || !(await may(place, constants.W_OK)))
      closed.push(repository);
  }
  const [first] = closed.sort();
  if (first === undefined) return;
  throw new BelfryError(
    'permission',
    `${user} cannot write into ${first} (repositories like that: ${closed.length}): install as the owner of the repositories (root: --user NAME)`,
  );
}

function exists(path: string): Promise<boolean> {
  return may(path, constants.F_OK);
}

async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null))?.isFile() === true;
}
