/** The least that each event needs on standard input: what help and errors show, to be copied and filled. */
import type { EmittedName } from './emit-input.ts';

export const LEAST_INPUT: Record<EmittedName, string> = {
  issue: `{"actor": "li-si", "action": "open",
 "issue": {"id": 12, "title": "The bell rings twice", "author": "li-si",
           "state": "open", "created_at": "2026-11-23T08:00:00Z"}}`,
  merge_request: `{"actor": "li-si", "action": "open",
 "merge_request": {"number": 7, "title": "Ring once", "author": "li-si",
                   "state": "open", "created_at": "2026-11-23T08:00:00Z",
                   "source": {"branch": "topic"},
                   "target": {"branch": "main"}}}`,
  note: `{"actor": "li-si", "action": "comment", "repository": true,
 "comment": {"id": 31, "body": "It rings.", "author": "li-si",
             "created_at": "2026-11-23T08:00:00Z"}}`,
};

/** A command line that announces it. @param repository full name */
export function leastCommand(name: EmittedName, repository: string): string {
  return `echo '${LEAST_INPUT[name]}' |\n  belfry emit ${name} --repo ${repository}`;
}
