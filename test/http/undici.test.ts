/** What is loaded of undici is its public interface, and no more than that. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import t from 'tap';
import * as undici from 'undici';
import { Client, connect, Pool } from '../../src/http/undici.ts';
import { NODE } from '../support/belfry.ts';

t.test('Pool and Client are those of the public interface', async t => {
  t.equal(Pool, undici.Pool);
  t.equal(Client, undici.Client);
  t.equal(connect, undici.Dispatcher.prototype.connect);
});

t.test('a process that sends loads neither fetch nor WebSocket', async t => {
  const sender = join(import.meta.dirname, '..', '..', 'src', 'http', 'route-pool.ts');
  const script = `await import(${JSON.stringify(sender)});
    const { Module } = await import('node:module');
    console.log(JSON.stringify(Object.keys(Module._cache)));`;
  const ran = spawnSync(NODE, ['--input-type=module', '--eval', script], { encoding: 'utf8' });
  t.equal(ran.stderr, '');
  const loaded = JSON.parse(ran.stdout) as string[];
  t.ok(loaded.some(file => file.endsWith('/undici/lib/dispatcher/pool.js')));
  t.strictSame(
    loaded.filter(file => /\/undici\/(index\.js|lib\/web\/(fetch\/index|websocket))/.test(file)),
    [],
  );
});
