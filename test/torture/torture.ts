/**
 * The long run: `npm run torture [ROUNDS [SEED]]`. Prints the tables of docs/reliability.md; the status is 1 when a
 * promise was broken.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { seeded } from './seeded.ts';
import { torture } from './torture-run.ts';

const rounds = Number(process.argv[2] ?? 200);
const seed = Number(process.argv[3] ?? Date.now() % 1_000_000);
const dir = await mkdtemp(join(tmpdir(), 'belfry-torture-'));
const undo: (() => unknown)[] = [];
const t = { teardown: (done: () => unknown) => void undo.push(done) };
process.stdout.write(`${rounds} rounds, seed ${seed}\n`);
try {
  const { proof, steps } = await torture(t as never, dir, rounds, seeded(seed), text => {
    if (process.stdout.isTTY) process.stdout.write(`\r${text}`);
  });
  table(
    'killed at',
    [...steps].sort(([a], [b]) => (a < b ? -1 : 1)),
  );
  table('counted', Object.entries(proof.counts));
  for (const sentence of proof.broken) process.stdout.write(`BROKEN: ${sentence}\n`);
  process.exitCode = proof.broken.length === 0 ? 0 : 1;
} finally {
  for (const done of undo.reverse()) await done();
  if (process.env.KEEP) process.stdout.write(`kept: ${dir}\n`);
  else await rm(dir, { recursive: true, force: true });
}

function table(title: string, rows: [string, number][]): void {
  process.stdout.write(`\n| ${title} | times |\n|---|---:|\n`);
  for (const [name, times] of rows) process.stdout.write(`| ${name} | ${times} |\n`);
}
