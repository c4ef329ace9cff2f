/** Rows of merge requests: read, and written only over what they were computed from. */
import { BelfryError } from '../errors.ts';
import type { MergeRequestRecord } from '../model/merge-request.ts';
import type { Db } from './database.ts';

export interface Row extends Omit<MergeRequestRecord, 'draft' | 'mergeable' | 'patch_ids'> {
  draft: number;
  mergeable: number | null;
  patch_ids: string;
}

const CHANGING = [
  'state',
  'title',
  'body',
  'draft',
  'head',
  'base',
  'merge_status',
  'mergeable',
  'merge_commit',
  'additions',
  'deletions',
  'changed_files',
  'commits',
  'comments',
  'patch_ids',
  'updated_by',
  'updated_at',
  'closed_at',
  'merged_at',
] as const;

export const COLUMNS = `id, repository_id, number, author_id, target, topic, created_at, version, ${CHANGING.join(', ')}`;

/** A row as the rest of belfry knows it. */
export function toRecord(row: Row): MergeRequestRecord {
  return {
    ...row,
    draft: row.draft === 1,
    mergeable: row.mergeable === null ? null : row.mergeable === 1,
    patch_ids: JSON.parse(row.patch_ids),
  };
}

/**
 * Part of a transaction: writes what changes of a request. Closed, it takes no pushes any more; reopened, it does again.
 * What it throws undoes the transaction: BelfryError `conflict` with the reason.
 */
export function mergeRequestWriter(db: Db): (request: MergeRequestRecord) => void {
  const update = db.prepare(
    `update merge_request set ${CHANGING.map(name => `${name} = @${name}`).join(', ')}, version = @version + 1,
       takes_pushes = case when @state in ('closed', 'merged') then 0 when state = 'closed' then 1 else takes_pushes end
     where id = @id and version = @version`,
  );
  return request => {
    const { draft, mergeable, patch_ids, ...plain } = request;
    const flags = { draft: draft ? 1 : 0, mergeable: mergeable === null ? null : Number(mergeable) };
    try {
      const row = { ...plain, ...flags, patch_ids: JSON.stringify(patch_ids) };
      if (update.run(row).changes > 0) return;
    } catch (error) {
      if ((error as { code?: unknown }).code !== 'SQLITE_CONSTRAINT_UNIQUE') throw error;
      throw new BelfryError(
        'conflict',
        `!${request.number}: another merge request for the same topic is open`,
        {
          hint: '`belfry mr list` shows it: close that one first.',
          cause: error,
        },
      );
    }
    throw new BelfryError('conflict', `!${request.number} was changed by somebody else at the same time`, {
      hint: '`belfry mr show` says what it is now.',
    });
  };
}
