/** What a ref points to now. Only for tests of webhooks: a push carries its own ids. */
import { tryGit } from './run-git.ts';

/**
 * The full name and object id of a ref, or null when there is none.
 * @param ref a full ref name, or `HEAD` for the default branch
 */
export async function resolveRef(
  directory: string,
  ref: string,
): Promise<{ ref: string; id: string } | null> {
  const ask = async (args: string[]) => {
    const answer = await tryGit({ repository: directory }, args).catch(() => null);
    return answer?.status === 0 ? answer.stdout.trim() : '';
  };
  const name = ref === 'HEAD' ? await ask(['symbolic-ref', '--quiet', 'HEAD']) : ref;
  const tip = await tipOf(name);
  if (tip !== null || ref !== 'HEAD') return tip;
  // HEAD often names a branch that nobody has pushed: the branch with the newest commit stands in.
  return tipOf(
    await ask(['for-each-ref', '--count=1', '--sort=-committerdate', '--format=%(refname)', 'refs/heads']),
  );

  async function tipOf(name: string) {
    if (!/^refs\/(heads|tags)\//.test(name)) return null;
    const id = await ask(['rev-parse', '--quiet', '--verify', '--end-of-options', name]);
    return id === '' ? null : { ref: name, id };
  }
}
