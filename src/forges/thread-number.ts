/** Issues of forges have an integer as their number; of other trackers' `APP-12` it is the id that belfry has given. */
import type { IssueObject } from '../gitee/issue.ts';

/** Receivers read it as a 32-bit integer. */
const LARGEST = 2 ** 31 - 1;

export function threadNumber({ number, id }: Pick<IssueObject, 'number' | 'id'>): number {
  return /^\d{1,10}$/.test(number) && Number(number) <= LARGEST ? Number(number) : id;
}
