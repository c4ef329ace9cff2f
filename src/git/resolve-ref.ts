/** What a ref points to now. Only for tests of webhooks: a push carries its own ids. */
import { askGit } from './ask-git.ts';

/**
 * The full name and object id of a ref, or null when there is none.
 * @param ref a full ref name, or `HEAD` for the default branch
 */
export async function resolveRef(
  directory: string,
  ref: string,
): Promise<{ ref: string; id: string } | null> {
  const git = askGit(directory);
  const ask = async (args: string[]) => (await git.raw(args).catch(() => '')).trim();
  const name = ref === 'HEAD' ? await ask(['symbolic-ref', '--quiet', 'HEAD']) : ref;
  if (!/^refs\/(heads|tags)\//.test(name)) return null;
  const id = await ask(['rev-parse', '--quiet', '--verify', '--end-of-options', name]);
  return id === '' ? null : { ref: name, id };
}
