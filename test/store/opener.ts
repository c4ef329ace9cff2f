/** A process of its own that opens a home at the moment when the file `go` appears, and seals a secret there. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { openStore } from '../../src/store/sqlite.ts';
import { sampleWebhook } from './samples.ts';
import { MIGRATIONS } from './stage.ts';

const [home = '', name = ''] = process.argv.slice(2);
process.stdout.write('ready\n');
while (!existsSync(join(home, 'go'))) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
const store = openStore({ home, migrations: MIGRATIONS, opening: 'make' });
const { id } = await store.webhooks.add(sampleWebhook({ secret: `secret of ${name}` }), 'masked', 1);
store.close();
process.stdout.write(`${JSON.stringify({ migrated: store.migrated, id, name })}\n`);
