/** The commits at both ends of another system's merge request: as given, else the tips of its branches here. */

import { resolveRef } from '../git/resolve-ref.ts';
import type { Problem } from '../text/input-problems.ts';
import type { EmitInput } from './emit-input.ts';
import type { PullRequestInput } from './merge-request-input.ts';

export interface Tips {
  /** Null: the source is gone. */
  source: string | null;
  target: string;
}

/** Null for an event without a merge request; problems when a branch is not there. */
export async function findTips(emit: EmitInput, directory: string): Promise<Tips | null | Problem[]> {
  const request = emit.name === 'issue' ? undefined : emit.input.merge_request;
  if (request === undefined) return null;
  const source = request.source === null ? null : await tipOf('source', request.source, directory);
  const target = await tipOf('target', request.target, directory);
  const problems = [source, target].filter(tip => typeof tip === 'object' && tip !== null);
  return problems.length > 0 ? problems : ({ source, target } as Tips);
}

async function tipOf(
  side: 'source' | 'target',
  { branch, sha }: PullRequestInput['target'],
  directory: string,
): Promise<string | Problem> {
  const tip = sha ?? (await resolveRef(directory, `refs/heads/${branch}`))?.id;
  if (tip !== undefined) return tip;
  return {
    path: `merge_request.${side}.sha`,
    wanted: `an object id, as the repository has no branch ${JSON.stringify(branch)}`,
    got: 'nothing',
  };
}
