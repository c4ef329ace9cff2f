/** A process of its own that rotates the key of a home, for the tests that kill it on the way. */
import { openStore } from '../../src/store/sqlite.ts';
import { MIGRATIONS } from './stage.ts';

const store = openStore({ home: process.argv[2]!, migrations: MIGRATIONS, opening: 'use' });
const done = await store.key.rotate(Date.now());
store.close();
process.stdout.write(`${JSON.stringify(done)}\n`);
