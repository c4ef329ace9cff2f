/** The long run, `npm run torture`: prints the tables of docs/reliability.md. The status is 1 when a promise was broken. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { findProgram } from '../support/needs.ts';
import { seeded } from './seeded.ts';
import { torture } from './torture-run.ts';

const USAGE = `npm run torture -- [--rounds N] [--minutes N] [--seed N] [--keep] [--verbose]

Pushes to three repositories while hooks and workers are killed (SIGKILL) at every step, and then compares what the
receivers were told with what happened to the refs. Needs strace.

  --rounds N    rounds, each with some pushes and one worker that dies; default 200
  --minutes N   no round begins later than that
  --seed N      repeats the choices of another run, though not its timing
  --keep        leave the home, the repositories and the logs behind
  --verbose     say what each round aimed at and hit

The status is 1 when a promise was broken, or when nothing was killed at one of the steps.
`;

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '200' },
    minutes: { type: 'string' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    keep: { type: 'boolean', default: false },
    verbose: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
const [rounds, minutes, seed] = [values.rounds, values.minutes ?? 'Infinity', values.seed].map(Number);
if (values.help) process.stdout.write(USAGE);
else if ([rounds, minutes, seed].some(Number.isNaN)) {
  process.stderr.write(USAGE);
  process.exitCode = 2;
} else if (findProgram('strace') === null) {
  process.stderr.write('wanted strace, which this machine does not have\n');
  process.exitCode = 2;
} else process.exitCode = await run(rounds!, minutes!, seed!);

async function run(rounds: number, minutes: number, seed: number): Promise<number> {
  const dir = await mkdtemp(join(tmpdir(), 'belfry-torture-'));
  const undo: (() => unknown)[] = [];
  const t = { teardown: (done: () => unknown) => void undo.push(done) };
  const print = (text: string) => void process.stdout.write(`${text}\n`);
  print(`seed ${seed}`);
  try {
    const end = Date.now() + minutes * 60_000;
    const say = values.verbose ? print : () => {};
    const done = await torture(t as never, { dir, rounds, end, random: seeded(seed), say });
    print(`${done.rounds} rounds`);
    table('killed at', done.kills);
    table('counted', Object.entries(done.proof.counts));
    for (const sentence of done.proof.noted) print(`noted: ${sentence}`);
    for (const step of done.missed) print(`NEVER KILLED AT: ${step}`);
    for (const sentence of done.proof.broken) print(`BROKEN: ${sentence}`);
    return done.proof.broken.length + done.missed.length === 0 ? 0 : 1;
  } finally {
    for (const one of undo.reverse()) await one();
    if (values.keep) print(`kept: ${dir}`);
    else await rm(dir, { recursive: true, force: true });
  }
}

function table(title: string, rows: Iterable<[string, number]>): void {
  process.stdout.write(`\n| ${title} | times |\n|---|---:|\n`);
  for (const [name, times] of rows) process.stdout.write(`| ${name} | ${times} |\n`);
  process.stdout.write('\n');
}
