/** Made-up issue, merge request and comment for `webhook test`, as if another system had announced them: plainly a test. */
import type { EventPlace } from '../gitee/build-repository.ts';
import type { EventContent } from '../gitee/event.ts';
import type { FullUser } from '../gitee/user.ts';
import type { RepositoryLinks } from '../model/links.ts';
import { openContext } from './emit-context.ts';
import { emitIssue } from './emit-issue.ts';
import { emitMergeRequest } from './emit-merge-request.ts';
import { emitNote } from './emit-note.ts';

export interface SampleSource extends EventPlace {
  links: RepositoryLinks;
  actor: FullUser;
  /** A commit that both ends of the request stand at; a made-up one without it. */
  tip?: string | undefined;
  now: number;
  /** Offset of the server's own times. */
  offset: string;
}

export async function sampleEvent(
  name: 'issue' | 'merge_request' | 'note',
  { actor: sender, now, tip = '1'.repeat(40), ...source }: SampleSource,
): Promise<EventContent> {
  const context = openContext({
    ...source,
    person: async () => sender,
    // Nothing is stored: everything is the first of its sort.
    register: async ({ number = null }) => ({ id: 1, number, lastKnown: null, firstSeenAt: now }),
    tracker: '',
    at: now,
  });
  const actor = sender.login;
  const created_at = new Date(now).toISOString();
  const thread = { title: 'Test of a webhook', body: 'belfry rings.', author: actor, created_at };
  const issue = { ...thread, id: 1, number: 'ITEST', state: 'open' as const };
  switch (name) {
    case 'issue':
      return emitIssue({ actor, action: 'open', issue }, context);
    case 'merge_request': {
      const target = { branch: source.repository.default_branch };
      const counts = { additions: 1, changed_files: 1, commits: 1 };
      const merge_request = {
        ...{ ...thread, ...counts, target },
        ...{ number: 1, state: 'open' as const, source: { branch: 'test' } },
      };
      const tips = { source: tip, target: tip };
      return emitMergeRequest({ actor, action: 'open', merge_request }, tips, context);
    }
    case 'note': {
      const comment = { id: 1, body: thread.body, author: actor, created_at };
      return emitNote({ actor, action: 'comment', comment, issue }, null, context);
    }
  }
}
