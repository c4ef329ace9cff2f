/**
 * Measures belfry against what people would use instead, on this machine, in one run, and prints one table.
 * CONTRIBUTING.md says how it is run; results.md has the last run that was kept.
 */
import { join } from 'node:path';
import yargs from 'yargs';
import { hideBin } from 'yargs/helpers';
import type { Line, Row } from './parts/line.ts';
import { machine } from './parts/machine.ts';
import { markdownTable } from './parts/markdown.ts';
import { writeResults } from './parts/results.ts';
import { openWorkshop, type Workshop } from './parts/workshop.ts';
import { rows } from './rows/rows.ts';

const names = rows.map(row => row.name);
const args = await yargs(hideBin(process.argv))
  .scriptName('npm run bench --')
  .usage('$0 [ROW...]\n\nMeasures all rows, or the named ones:\n')
  .usage(rows.map(row => `  ${row.name.padEnd(10)}${row.about}`).join('\n'))
  .option('quick', { type: 'boolean', default: false, describe: 'fewer repetitions and smaller sizes' })
  .option('json', { type: 'boolean', default: false, describe: 'one JSON document instead of the table' })
  .option('keep', { type: 'boolean', default: false, describe: 'write the table into bench/results.md' })
  .option('dir', { type: 'string', default: '/var/tmp', describe: 'a directory on a disk to work in' })
  .example('$0 hook drain --quick', 'two rows, soon')
  .check(({ _ }) => {
    const unknown = _.find(name => !names.includes(String(name)));
    if (unknown !== undefined) throw new Error(`there is no row ${unknown}; there are: ${names.join(', ')}`);
    return true;
  })
  .version(false)
  .strictOptions()
  .parse();

// As hooks have it on a server; that of the person who measures may be long, and is searched for every program.
process.env.PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const workshops: Workshop[] = [];
const closeAll = () => Promise.all(workshops.map(one => one.close()));
let interrupted = false;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    interrupted = true;
    void closeAll().then(() => process.exit(130));
  });
}
try {
  const wanted = rows.filter(row => args._.length === 0 || args._.includes(row.name));
  const where = await machine(args.dir);
  const { lines, leftOut } = await measure(wanted);
  const report = [
    ...where.map(fact => `- ${fact}`),
    ...(args.quick
      ? ['- quick: fewer repetitions and smaller sizes, not to be compared with a full run']
      : []),
    '',
    markdownTable(lines),
    ...(leftOut.length > 0 ? ['', 'Left out:', '', ...leftOut.map(what => `- ${what}`)] : []),
  ].join('\n');
  if (args.json) process.stdout.write(`${JSON.stringify({ where, lines, left_out: leftOut }, null, 2)}\n`);
  else process.stdout.write(`${report}\n`);
  if (args.keep) await writeResults(join(import.meta.dirname, 'results.md'), report);
  process.exitCode = lines.some(line => line.met === false) ? 1 : 0;
} catch (error) {
  // What was running has been ended under its feet.
  if (!interrupted) throw error;
} finally {
  await closeAll();
}

/** Each row in a workshop of its own: nothing of one row is at work while the next one is measured. */
async function measure(wanted: readonly Row[]): Promise<{ lines: Line[]; leftOut: string[] }> {
  const lines: Line[] = [];
  const leftOut: string[] = [];
  for (const row of wanted) {
    if (interrupted) break;
    const workshop = openWorkshop(args.dir, args.quick);
    workshops.push(workshop);
    lines.push(...(await row.run(workshop)));
    await workshop.close();
    leftOut.push(...workshop.leftOut);
  }
  return { lines, leftOut };
}
