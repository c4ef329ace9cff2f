/** What is seen in a home's database from outside, as often as one likes: each look is one step into an index. */
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { until } from '../../test/support/until.ts';
import type { Home } from './home.ts';

/** As many milliseconds as a look at the file costs the worker next to nothing. */
const EVERY_MS = 2;

/** @returns `stands(more)`: waits until so many more deliveries stand than before; when, in milliseconds since 1970 */
export function lookInto({ belfry }: Pick<Home, 'belfry'>) {
  const db = new Database(join(belfry.home, 'belfry.db'), { readonly: true });
  const newest = db.prepare<[], number | null>('select max(seq) from delivery').pluck();
  const pushedAt = db.prepare<[], number>('select pushed_at from push order by id desc limit 1').pluck();
  const count = () => newest.get() ?? 0;
  return {
    count,
    /** When the hook of the newest push had written its file: git had moved the refs. */
    pushedAt: () => pushedAt.get()!,
    async stands(wanted: number): Promise<number> {
      await until(`${wanted} deliveries to stand`, () => count() >= wanted, {
        limitMs: 600_000,
        everyMs: EVERY_MS,
      });
      return Date.now();
    },
    close: () => void db.close(),
  };
}
