/** What a ref points to now. Only for tests of webhooks: a push carries its own ids. */
import { tryGit } from './run-git.ts';

interface Tip {
  ref: string;
  id: string;
}

/**
 * The full name and object id of a ref, or null when there is none.
 * @param ref a full ref name, or `HEAD` for the default branch
 */
export async function resolveRef(directory: string, ref: string): Promise<Tip | null> {
  const name = ref === 'HEAD' ? await ask(directory, ['symbolic-ref', '--quiet', 'HEAD']) : ref;
  const tip = await tipOf(name);
  if (tip !== null || ref !== 'HEAD') return tip;
  // HEAD often names a branch that nobody has pushed: the branch with the newest commit stands in.
  return newestRef(directory, 'refs/heads', 'committerdate');

  async function tipOf(name: string): Promise<Tip | null> {
    if (!/^refs\/(heads|tags)\//.test(name)) return null;
    const id = await ask(directory, ['rev-parse', '--quiet', '--verify', '--end-of-options', name]);
    return id === '' ? null : { ref: name, id };
  }
}

/** The tag that was made last; null without any. */
export function newestTag(directory: string): Promise<Tip | null> {
  return newestRef(directory, 'refs/tags', 'creatordate');
}

async function newestRef(directory: string, below: string, date: string): Promise<Tip | null> {
  const format = '--format=%(objectname) %(refname)';
  const [, id, ref] =
    /^(\S+) (.+)$/.exec(
      await ask(directory, ['for-each-ref', '--count=1', `--sort=-${date}`, format, below]),
    ) ?? [];
  return id === undefined || ref === undefined ? null : { ref, id };
}

async function ask(directory: string, args: string[]): Promise<string> {
  const answer = await tryGit({ repository: directory }, args).catch(() => null);
  return answer?.status === 0 ? answer.stdout.trim() : '';
}
