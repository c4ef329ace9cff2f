/** What a contract of the store needs: a new one, empty, which is closed at the end of the test. */
import type { Test } from 'tap';
import type { Store } from '../../../src/store/store.ts';

export type Open = (t: Test) => Promise<{
  store: Store;
  /** The same store once more, as another process has it. */
  again: () => Promise<Store>;
}>;
