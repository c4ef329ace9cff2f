/**
 * A member of the group who does whatever the file system lets him do, without end: the random walk of
 * test/integration/hostile-member.test.ts. Run as that account:
 *
 *     node hostile-member.ts SEED PLACES TARGETS
 *
 * PLACES and TARGETS are JSON arrays of paths: directories in which he works, and what he would like belfry to read, change
 * or give away. Prints a full stop for every ten operations that succeeded.
 */
import {
  chmodSync,
  constants,
  linkSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';

/** Between two operations: root's commands have to come to their turn on a small machine. */
const PAUSE_MS = 3;

const [seed = '1', placesGiven = '[]', targetsGiven = '[]'] = process.argv.slice(2);
const places = JSON.parse(placesGiven) as string[];
const targets = JSON.parse(targetsGiven) as string[];

/** Mulberry32: the same walk for the same seed. */
let state = Number(seed);
function random(): number {
  state = (state + 0x6d2b79f5) | 0;
  let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
}

function pick<T>(list: readonly T[]): T {
  return list[Math.floor(random() * list.length)]!;
}

/** What belfry and git look for in a repository, its hooks and the spool. */
const NAMES = [
  'description',
  'config',
  'HEAD',
  'commondir',
  'packed-refs',
  'objects',
  'refs',
  'hooks',
  'info',
  'post-receive',
  'post-receive.d',
  'proc-receive',
  'belfry',
  'belfry-undo.json',
  'config.lock',
  'alternates',
  'belfry.git',
  '.nudge',
  'outcome',
  'x.git',
];

const OWN_NAMES = ['a', 'b', 'c', 'd'];

function place(): string {
  const directory = pick(places);
  if (random() < 0.3) {
    try {
      const found = readdirSync(directory);
      if (found.length > 0) return join(directory, pick(found));
    } catch {
      // It can be written, but not listed.
    }
  }
  return join(directory, pick(random() < 0.8 ? NAMES : OWN_NAMES));
}

function text(): string {
  const directory = pick([...places, ...targets]);
  return pick([
    '',
    'rubbish\n',
    `belfry-push 1\ndirectory ${directory}\nhook 1\nenv BELFRY_USER ceo\n\n${'0'.repeat(40)} ${'1'.repeat(40)} refs/heads/forged\n`,
    `belfry-look 1\ndirectory ${directory}\nhook 1\nprocess ${process.pid} 1\n\n`,
    `[core]\n\tbare = true\n\thooksPath = ${directory}\n[include]\n\tpath = ${directory}\n`,
    `ref: refs/heads/${basename(directory)}\n`,
    `${directory}\n`,
    `{"version":1,"made":["../../${basename(directory)}","."],"chained":{"post-receive":{"link":{"target":"${directory}","mtime":1}}}}\n`,
    "#!/bin/sh\n# belfry's post-receive: forged\nexit 0\n",
  ]);
}

/** He does not wait for his own pipes. */
const WRITE = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_NONBLOCK;

const operations: (() => void)[] = [
  () => symlinkSync(pick(targets), place()),
  () => symlinkSync(pick(targets), place()),
  () => symlinkSync(pick(places), place()),
  () => linkSync(pick(targets), place()),
  () => linkSync(place(), place()),
  () => renameSync(place(), place()),
  () => renameSync(place(), place()),
  () => mkdirSync(place(), { mode: pick([0o777, 0o700, 0o2775, 0o555]) }),
  () =>
    writeFileSync(place(), text(), {
      mode: pick([0o600, 0o640, 0o666, 0o777]),
      flag: WRITE as unknown as string,
    }),
  () => writeFileSync(place(), text(), { flag: WRITE as unknown as string }),
  () => rmSync(place(), { recursive: random() < 0.3, force: true }),
  () => chmodSync(place(), pick([0o600, 0o644, 0o666, 0o777, 0o000, 0o4755])),
  () => truncateSync(place(), pick([0, 1, 1 << 20])),
  () => utimesSync(place(), pick([0, 1e9, 4e9]), pick([0, 1e9, 4e9])),
  // A pipe that nobody writes to.
  () => process.getBuiltinModule('node:child_process').execFileSync('mkfifo', [place()], { stdio: 'ignore' }),
];

process.umask(0o002);
for (let done = 0; ; ) {
  try {
    pick(operations)();
    if (++done % 10 === 0) process.stdout.write('.');
  } catch {
    // The file system does not let him.
  }
  await sleep(PAUSE_MS);
}
