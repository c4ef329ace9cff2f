/** A commit in Gitee's words: 12 keys (gitee-format.md §3.4). */
import { z } from 'zod';
import { objectId, timestamp } from './scalar.ts';
import { commitIdentity } from './user.ts';

export const commit = z.strictObject({
  added: z.array(z.string()),
  author: commitIdentity,
  committer: commitIdentity,
  distinct: z.boolean(),
  id: objectId,
  message: z.string(),
  modified: z.array(z.string()),
  parent_ids: z.array(objectId),
  removed: z.array(z.string()),
  timestamp,
  tree_id: objectId,
  url: z.string(),
});
export type GiteeCommit = z.infer<typeof commit>;
