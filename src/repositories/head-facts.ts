/** What the head of a merge request says of itself, for whoever changes or announces a request by a command. */
import { BelfryError } from '../errors.ts';
import { headCommit } from '../git/head-commit.ts';
import type { MergeRequestFacts } from '../gitee/merge-request.ts';
import type { Repository } from '../model/repository.ts';
import type { Settings } from '../settings/settings.ts';
import type { Store } from '../store/store.ts';
import { guardNow } from './guard-reading.ts';

/** Nothing, where that commit is not there, cannot be read, or may not be. */
export async function headFacts(
  { directory }: Repository,
  head: string,
  deps: { store: Store; settings: Settings },
): Promise<Pick<MergeRequestFacts, 'head_commit'>> {
  try {
    const read = await guardNow(directory, deps, () => headCommit(directory, head));
    return 'value' in read && read.value !== null ? { head_commit: read.value } : {};
  } catch (error) {
    if (error instanceof BelfryError && error.code === 'git') return {};
    throw error;
  }
}
