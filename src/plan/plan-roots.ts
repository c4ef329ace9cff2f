/** What a file wants of the roots. */
import { resolve } from 'node:path/posix';
import type { RootDetails } from '../model/planned.ts';
import { type Change, differences, type Fields, shown } from './change.ts';
import type { WantedRoot } from './file-schema.ts';
import type { Problem } from './mistake.ts';
import type { Surroundings } from './plan-context.ts';

export interface PlannedRoots {
  changes: Change[];
  roots: RootDetails[];
  removed: string[];
  unnamed: string[];
  problems: Problem[];
}

export function planRoots(
  wanted: readonly (WantedRoot | null)[] | null,
  { state, rootProblems }: Pick<Surroundings, 'state' | 'rootProblems'>,
  prune: boolean,
): PlannedRoots {
  const planned: PlannedRoots = { changes: [], roots: [], removed: [], unnamed: [], problems: [] };
  const known = new Map(state.roots.map(root => [root.path, root]));
  const seen = new Set<string>();
  for (const [at, given] of (wanted ?? []).entries()) {
    if (given === null) continue;
    const root = rootDetails(given);
    const path = typeof given === 'string' ? ['roots', at] : ['roots', at, 'path'];
    if (seen.has(root.path))
      planned.problems.push({ path, wanted: 'each root once', got: `${root.path} again` });
    seen.add(root.path);
    const problem = rootProblems.get(root.path);
    if (problem !== undefined) planned.problems.push({ path, ...problem });
    const before = known.get(root.path);
    const fields = differences(fieldsOf(before), fieldsOf(root), before === undefined);
    if (before !== undefined && fields.length === 0) continue;
    planned.roots.push(root);
    const action = before === undefined ? 'create' : 'change';
    planned.changes.push({ action, what: 'root', name: root.path, id: null, fields });
  }
  for (const { path } of wanted === null ? [] : state.roots) {
    if (seen.has(path)) continue;
    if (!prune) planned.unnamed.push(path);
    else {
      planned.removed.push(path);
      planned.changes.push({ action: 'remove', what: 'root', name: path, id: null, fields: [] });
    }
  }
  return planned;
}

export function rootDetails(given: WantedRoot): RootDetails {
  const {
    path,
    all_updates = false,
    merge_requests = null,
  } = typeof given === 'string' ? { path: given } : given;
  return { path: resolve(path), all_updates, merge_requests };
}

function fieldsOf({ all_updates = false, merge_requests = null }: Partial<RootDetails> = {}): Fields {
  const fields = { all_updates: all_updates || null, merge_requests };
  return new Map(Object.entries(fields).map(([key, value]) => [key, { value, shown: shown(value) }]));
}
