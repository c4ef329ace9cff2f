/** A merge request for programs, and the link of its page. */

import { addressOf } from '../../model/full-name.ts';
import { repositoryLinks } from '../../model/links.ts';
import type { MergeRequestRecord } from '../../model/merge-request.ts';
import type { Repository } from '../../model/repository.ts';
import { headRef, mergeRef } from '../../model/request-refs.ts';
import { linkBases } from '../../settings/link-bases.ts';
import type { Settings } from '../../settings/settings.ts';
import type { Store } from '../../store/store.ts';

export async function mrJson(
  record: MergeRequestRecord,
  row: Repository,
  { store, settings }: { store: Store; settings: Settings },
) {
  const {
    author_id: author,
    updated_by: updater,
    repository_id: _,
    patch_ids: __,
    version: ___,
    ...shown
  } = record;
  return {
    ...shown,
    repository: row.full_name,
    author: (await store.mergeRequests.person(author)).login,
    updated_by: (await store.mergeRequests.person(updater)).login,
    head_ref: headRef(record.number),
    merge_ref: mergeRef(record.number),
    url: repositoryLinks(linkBases(settings), addressOf(row)).mergeRequest(record.number),
  };
}
