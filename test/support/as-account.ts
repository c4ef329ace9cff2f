/** Runs a part of a test, with all that it does to files, as another account. Only root can. */
import process from 'node:process';

export interface AccountIds {
  uid: number;
  gid: number;
  /** Further groups. */
  groups?: number[];
}

/** Nothing else may happen in this process meanwhile: the identity belongs to all of it. */
export async function asAccount<T>(
  { uid, gid, groups = [] }: AccountIds,
  work: () => Promise<T>,
): Promise<T> {
  const before = process.getgroups!();
  process.setgroups!([gid, ...groups]);
  process.setegid!(gid);
  process.seteuid!(uid);
  try {
    return await work();
  } finally {
    process.seteuid!(0);
    process.setegid!(0);
    process.setgroups!(before);
  }
}
