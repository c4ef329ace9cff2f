/** Title, description and draft of a merge request: what the push says, else for a new one what its newest commit says. */
import { BelfryError } from '../errors.ts';
import { commitMessage } from '../git/commit-message.ts';
import type { GitPlace } from '../git/git-process.ts';
import type { MergeRequestRecord } from '../model/merge-request.ts';
import { oneLine, type RequestOptions, severalLines } from './request-options.ts';

export async function nameRequest(
  place: GitPlace,
  record: MergeRequestRecord,
  { title, body, draft }: RequestOptions,
): Promise<Pick<MergeRequestRecord, 'title' | 'body' | 'draft'>> {
  const given = {
    title: title || record.title,
    body: body ?? record.body,
    draft: draft ?? record.draft,
  };
  if (given.title !== '') return given;
  const message = await commitMessage(place, record.head).catch((error: unknown) => {
    if (!(error instanceof BelfryError)) throw error;
    return { text: '' };
  });
  const [subject = '', ...rest] = message.text.split('\n');
  return {
    ...given,
    title: oneLine(subject) || `Merge ${record.head.slice(0, 12)} into ${record.target}`,
    body: body ?? severalLines(rest.join('\n')),
  };
}
