/** A hostile process: it puts two things in turn under one name, as quickly as it can, until it is told to end. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';
import type { Test } from 'tap';

const SCRIPT = `
  const fs = require('node:fs');
  const [name, ...makers] = process.argv.slice(1);
  const makes = makers.map(one => new Function('fs', 'path', one));
  for (let n = 0; ; n++) {
    const path = name + '.' + (n % makes.length);
    try {
      makes[n % makes.length](fs, path);
      try { fs.renameSync(path, name); } catch {
        fs.rmSync(name, { recursive: true, force: true });
        fs.renameSync(path, name);
      }
    } catch {}
    if (n === makes.length) process.stdout.write('turning');
  }`;

/**
 * Ready when each of them has been there once.
 * @param makers bodies of functions that make one of the things at \`path\`, with \`fs\`
 * @param uid as this account; only root can
 */
export async function swapper(
  t: Pick<Test, 'teardown'>,
  name: string,
  makers: string[],
  uid?: number,
): Promise<{ end(): Promise<void> }> {
  const child = spawn(process.execPath, ['-e', SCRIPT, name, ...makers], {
    stdio: ['ignore', 'pipe', 'inherit'],
    ...(uid !== undefined && { uid, gid: uid }),
  });
  const ended = once(child, 'exit');
  const end = async () => {
    child.kill('SIGKILL');
    await ended;
  };
  t.teardown(end);
  await once(child.stdout, 'data');
  return { end };
}
