/**
 * How much of a push is described. A pusher may put anything into a commit, and the process that reads it stays small:
 * what goes beyond is left out, and said so.
 */
export const DEFAULT_LIMITS = {
  /** Commits described for one ref, beside the one at its tip. */
  commits: 100,
  /** Distinct commits described for one push, beside the tips. */
  described: 20_000,
  /** Of one message, in bytes of UTF-8. */
  messageBytes: 1024 * 1024,
  /** Of one name or e-mail address, in bytes. */
  nameBytes: 1024,
  /** Longer paths are left out: no file system takes more. In bytes. */
  pathBytes: 4096,
  pathsPerCommit: 10_000,
  pathsPerPush: 100_000,
  parents: 1000,
  /** Messages and paths of one push together, in bytes; afterwards no paths and only the start of each message. */
  textBytes: 4 * 1024 * 1024,
  /** The same, of all its events: a commit counts for every ref that brings it. Afterwards each ref has its tip alone. */
  eventsBytes: 64 * 1024 * 1024,
  /** As in `WalkLimits`. */
  trees: 100_000,
  treeBytes: 512 * 1024 * 1024,
  walkMs: 5_000,
};

export type PushLimits = typeof DEFAULT_LIMITS;
