/** `belfry restore`: a backup takes the database's place. Nothing is sent then before `belfry resume`. */
import { createWriteStream } from 'node:fs';
import { copyFile, readdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Argv } from 'yargs';
import { BelfryError } from '../../errors.ts';
import { requireHome } from '../../host/home.ts';
import { livingWorker, startWorker } from '../../host/worker-process.ts';
import type { Backup } from '../../store/restore.ts';
import { moment } from '../../text/moment.ts';
import { plural } from '../../text/plural.ts';
import { printable, shellWord } from '../../text/printable.ts';
import { replaceWorker } from '../../worker/take-lock.ts';
import { flag, STREAM } from '../arguments.ts';
import { confirm } from '../confirm.ts';
import type { Args, CommandContext } from '../context.ts';
import { sayWhenLarge } from '../progress.ts';

/** Longer than a receiver may take to answer, unless its own time-out is longer. */
const MOST_WAIT_MS = 60_000;

export const examples: [string, string][] = [
  ['restore /backup/belfry.db', 'Asks first; stops the worker; nothing is sent before `belfry resume`'],
  ['restore --yes - < belfry.db', 'For root, who acts as the owner of the home'],
];

export const options = (yargs: Argv): Argv =>
  yargs
    .positional('file', { type: 'string', demandOption: true, describe: 'Backup, or - for standard input' })
    .option('yes', flag('Do not ask'));

export async function run(argv: Args, context: CommandContext): Promise<number> {
  const { home, app } = context;
  await requireHome(home, 'spool');
  const { examineBackup, putInPlace, removeDraft } = await import('../../store/restore.ts');
  const draft = join(home, `belfry.db.restore-${process.pid}`);
  try {
    await fetchBackup(argv.file, draft, context);
    const backup = await examineBackup(draft, home, join(app, 'migrations'));
    if (!argv.json) await describe(backup, context);
    const question = `Replace ${printable(join(home, 'belfry.db'))} with it?`;
    if (!argv.yes && !(await confirm(question, context))) return 1;
    const lock = await replaceWorker(home, MOST_WAIT_MS);
    if (lock === null) {
      throw new BelfryError('conflict', `The worker did not stop within ${MOST_WAIT_MS / 1_000} s`, {
        hint: await stopHint(home),
      });
    }
    let before: string | null;
    try {
      const made = backup.at === null ? 'a backup' : `a backup of ${moment(backup.at)}`;
      before = await putInPlace(draft, home, `${made} was restored`, context.now());
    } finally {
      lock.release();
    }
    // It compares the refs with what the backup says of them, takes in what waits, and sends nothing.
    await startWorker(home, { node: process.execPath, app });
    if (argv.json) return context.json({ ...backup, replaced: before });
    if (before !== null) context.print(`The replaced database is kept as ${before}`);
    context.print('Sending is paused: check `belfry status`, then run `belfry resume`');
    if (backup.home !== null && backup.home !== home) {
      context.print(`The backup is of the home ${backup.home}; hooks and units may still be for that one:`);
      context.print('  belfry install   # renews the hooks of all known repositories');
      context.print('  belfry doctor    # names what is left');
    }
    return 0;
  } finally {
    removeDraft(draft);
  }
}

/** A worker that only waits for a receiver has been asked; what starts it again has not. */
async function stopHint(home: string): Promise<string> {
  const pid = await livingWorker(home);
  const kill = pid === null ? '' : `, or \`kill ${pid}\``;
  return `Stop it (its unit, if there is one: \`systemctl stop NAME\`${kill}), then restore again.`;
}

/** With the log of a plain copy, when it lies beside it. */
async function fetchBackup(given: string, draft: string, context: CommandContext): Promise<void> {
  if (given === STREAM) {
    await pipeline(Readable.from(context.input()), createWriteStream(draft, { flags: 'wx', mode: 0o600 }));
    return;
  }
  const file = resolve(given);
  if (file === join(context.home, 'belfry.db'))
    throw new BelfryError('invalid', 'Wanted a backup, got the database itself');
  await sayWhenLarge('Copying the backup', file, context);
  try {
    await copyFile(file, draft);
  } catch (cause) {
    await rm(draft, { force: true });
    throw new BelfryError('invalid', `The backup cannot be read: ${(cause as Error).message}`, {
      hint: `Run by root, belfry reads as the owner of the home. Let the shell read the file: belfry restore --yes - < ${shellWord(file)}`,
      cause,
    });
  }
  await copyFile(`${file}-wal`, `${draft}-wal`).catch(error => {
    if (error.code !== 'ENOENT') throw error;
  });
}

async function describe(backup: Backup, context: CommandContext): Promise<void> {
  const { at, schema, webhooks, deliveries, pending, lost } = backup;
  const when = at === null ? 'of unknown time' : `of ${moment(at)}`;
  context.print(
    `Backup ${when}, schema ${schema}, ${plural(webhooks, 'webhook')}, ${plural(deliveries, 'delivery')}, ${pending} pending`,
  );
  if (lost.length === 0) return;
  const key = shellWord(join(context.home, 'key'));
  context.print(
    context.red(`${plural(lost.length, 'secret or URL', 'secrets and URLs')} cannot be opened with ${key}:`),
  );
  const owner = 'as the owner of the home';
  context.print(
    `  after the restore, keep the present key and put the one of that time in its place, ${owner}:`,
  );
  context.print(`  cp -p ${key} ${key}.before && (umask 077; cat KEY-BACKUP > ${key})`);
  const kept = (await readdir(context.home)).filter(name => name.startsWith('key.old-'));
  if (kept.length > 0)
    context.print(`  or one that \`belfry key rotate\` has kept there: ${kept.join(', ')}`);
}
