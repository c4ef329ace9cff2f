import type { WalkLimits } from './walk-budget.ts';

/**
 * How much of a push is described. A pusher may put anything into a commit, and the process that reads it stays small:
 * what goes beyond is left out, and said so.
 */
export interface PushLimits extends WalkLimits {
  /** Commits described for one ref, beside the one at its tip. */
  commits: number;
  /** Distinct commits described for one push, beside the tips. */
  described: number;
  /** Of one message, in bytes of UTF-8. */
  messageBytes: number;
  /** Of one name or e-mail address, in bytes. */
  nameBytes: number;
  /** Longer paths are left out: no file system takes more. In bytes. */
  pathBytes: number;
  pathsPerCommit: number;
  pathsPerPush: number;
  parents: number;
  /** Messages and paths of one push together, in bytes; afterwards no paths and only the start of each message. */
  textBytes: number;
  /** The same, of all its events: a commit counts for every ref that brings it. Afterwards each ref has its tip alone. */
  eventsBytes: number;
}

export const DEFAULT_LIMITS: PushLimits = {
  commits: 100,
  described: 20_000,
  messageBytes: 1024 * 1024,
  nameBytes: 1024,
  pathBytes: 4096,
  pathsPerCommit: 10_000,
  pathsPerPush: 100_000,
  parents: 1000,
  textBytes: 4 * 1024 * 1024,
  eventsBytes: 64 * 1024 * 1024,
  trees: 100_000,
  treeBytes: 512 * 1024 * 1024,
  walkMs: 5_000,
};
