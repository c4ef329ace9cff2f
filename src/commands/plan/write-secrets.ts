/** Secrets that were made go into one new file, which only its owner reads. */
import { basename, dirname, resolve } from 'node:path';
import { BelfryError } from '../../errors.ts';
import { codeOf } from '../../files/file-error.ts';
import { openDirectory } from '../../files/safe-directory.ts';

/**
 * A line for each, `"NAME": "SECRET"`, which is YAML.
 * @returns removes the file again
 * @throws BelfryError `conflict` for a file that is there, `permission`
 */
export async function writeSecrets(
  given: string,
  secrets: readonly { name: string; secret: string }[],
): Promise<() => Promise<void>> {
  const file = resolve(given);
  const name = basename(file);
  const inDirectory = async <T>(
    work: (directory: Awaited<ReturnType<typeof openDirectory>>) => Promise<T>,
  ) => {
    await using directory = await openDirectory(dirname(file), { links: 'follow' });
    return await work(directory);
  };
  const text = secrets.map(one => `${JSON.stringify(one.name)}: ${JSON.stringify(one.secret)}\n`).join('');
  try {
    await inDirectory(async directory => {
      await using handle = await directory.create(name, 0o600);
      await handle.writeFile(text);
      await handle.sync();
      await directory.sync();
    });
  } catch (cause) {
    const code = codeOf(cause);
    if (code === 'EEXIST')
      throw new BelfryError('conflict', `--secrets-out ${given}: wanted a new file, got one that is there`, {
        hint: 'It may hold secrets that nobody else knows: name another one.',
      });
    throw new BelfryError('permission', `--secrets-out ${given} cannot be written (${code})`, {
      hint: 'Run by root, belfry writes as the owner of the home.',
      cause,
    });
  }
  return () => inDirectory(async directory => void (await directory.unlink(name)));
}
