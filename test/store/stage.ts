/** A store on a real file in the test's directory. */
import { join } from 'node:path';
import type { Test } from 'tap';
import { openStore } from '../../src/store/sqlite.ts';
import type { Store } from '../../src/store/store.ts';
import { PROJECT } from '../support/belfry.ts';

export const MIGRATIONS = join(PROJECT, 'migrations');

/** Closed, whatever happens, before the test's directory goes. */
export function openTestStore(t: Test, home = t.testdir({})): { home: string; store: Store } {
  const store = openStore({ home, migrations: MIGRATIONS, opening: 'make' });
  t.teardown(() => store.close());
  return { home, store };
}
