/** Where a repository was found, and what tells its directory from every other. */

export interface Identity {
  inode: string;
  /** Nanoseconds since 1970; null where the file system does not know it. */
  birth: string | null;
  /** Changes when a disk is mounted anew: it only decides between directories that are the same otherwise. */
  device: string;
}

export interface Place {
  /** As it was found: below a root as that was given. */
  path: string;
  /** The directory that stands there, symbolic links resolved. */
  directory: string;
  /** The root that names it; null outside all roots. */
  root: string | null;
  /** Symbolic links below the root lead to it. */
  linked: boolean;
  /** Null: nothing is known of the directory but its path. */
  identity: Identity | null;
}

/** The same for places of one directory that are seen at the same time. */
export function directoryKey({ identity, directory }: Place): string {
  return identity === null ? directory : `${identity.device}:${identity.inode}`;
}

/**
 * One of them seen earlier: the birth time guards against an inode that was used again; where there is none, the device
 * has to be the same as well.
 */
export function sameAsBefore(before: Identity, now: Identity): boolean {
  if (before.inode !== now.inode || before.birth !== now.birth) return false;
  return now.birth !== null || before.device === now.device;
}
