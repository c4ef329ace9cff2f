/** The one import from inside a package: it must be the same class, and load no more than it promises. */
import { execFileSync } from 'node:child_process';
import process from 'node:process';
import t from 'tap';
import { Client as WholeClient } from 'undici';
import { Client } from '../../src/http/undici-client.ts';

t.test('it is the client that undici exports', async t => {
  t.equal(Client, WholeClient);
});

t.test('it loads a part of undici only', async t => {
  const count = `
    await import(${JSON.stringify(new URL('../../src/http/undici-client.ts', import.meta.url).href)});
    const { createRequire } = await import('node:module');
    console.log(Object.keys(createRequire(import.meta.url).cache).filter(path => path.includes('undici')).length);`;
  const loaded = Number(
    execFileSync(process.execPath, ['--input-type=module', '-e', count], { encoding: 'utf8' }),
  );
  t.ok(loaded > 0 && loaded < 40, `${loaded} modules of undici`);
});
