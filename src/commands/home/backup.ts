/** `belfry backup`: a whole copy of the database while everything goes on. The key is backed up by itself: it opens the copy. */
import { createReadStream } from 'node:fs';
import { realpath, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import process from 'node:process';
import type { Argv } from 'yargs';
import { BelfryError } from '../../errors.ts';
import { isDirectory } from '../../files/may.ts';
import { plural } from '../../text/plural.ts';
import { shellWord } from '../../text/printable.ts';
import { STREAM } from '../arguments.ts';
import type { Args, CommandContext } from '../context.ts';
import { sayWhenLarge } from '../progress.ts';

export const examples: [string, string][] = [
  ['backup /backup/belfry.db', 'Replaces the previous backup once the new one is complete'],
  ['backup - > belfry.db', 'For root, who acts as the owner of the home'],
];

export const options = (yargs: Argv): Argv =>
  yargs.positional('file', {
    type: 'string',
    demandOption: true,
    describe: 'File, or - for standard output',
  });

export async function run(argv: Args, context: CommandContext): Promise<number> {
  const { keyName } = await import('../../store/key-backup.ts');
  const { placeFile } = await import('../../store/place-file.ts');
  const store = await context.store();
  const { home } = context;
  const toStdout = argv.file === STREAM;
  if (toStdout && argv.json)
    throw new BelfryError('usage', 'Standard output takes the backup or --json, not both');
  if (toStdout && context.terminal)
    throw new BelfryError('usage', 'A backup is not printed to a terminal', {
      hint: 'belfry backup - > FILE',
    });
  const file = toStdout ? join(home, 'belfry.db.backup') : await checkTarget(argv.file, context);
  const draft = `${file}.part-${process.pid}`;
  let facts: Awaited<ReturnType<typeof store.backup.copy>>;
  await sayWhenLarge('Copying the database', join(home, 'belfry.db'), context);
  try {
    facts = await store.backup.copy(draft, home, context.now());
    if (toStdout) for await (const chunk of createReadStream(draft)) await context.write(chunk);
    else placeFile(draft, file);
  } finally {
    await rm(draft, { force: true });
    await rm(`${draft}-journal`, { force: true });
  }
  const key = keyName(join(home, 'key'));
  if (argv.json) return context.json({ file, ...facts, key });
  const say = toStdout ? context.stderr : context.print;
  const size = `${(facts.bytes / 1e6).toFixed(1)} MB`;
  say(
    `Backed up the database${toStdout ? '' : ` to ${file}`}: ${plural(facts.webhooks, 'webhook')}, ${plural(facts.deliveries, 'delivery')}, ${size}`,
  );
  if (key !== null) {
    say(`Its secrets and URLs are sealed with the key ${key}`);
    say(`Back up the key too, in another place: ${context.own} key backup FILE`);
  }
  return 0;
}

/**
 * The absolute path. In the home a backup would be lost with it, and a name of the home's own would be replaced.
 * @throws BelfryError `invalid`, `permission`
 */
export async function checkTarget(given: string, { home }: CommandContext): Promise<string> {
  if (given === '') throw new BelfryError('usage', 'Missing file: name one, or - for standard output.');
  const file = resolve(given);
  if (await isDirectory(file)) throw new BelfryError('invalid', `${file}: wanted a file, got a directory`);
  const place = await realpath(dirname(file)).catch(cause => {
    throw noWay(file, cause);
  });
  if (place === (await realpath(home)))
    throw new BelfryError('invalid', `${file} would be lost with the home: choose another place`);
  const { access, constants } = await import('node:fs/promises');
  await access(place, constants.W_OK | constants.X_OK).catch(cause => {
    throw noWay(file, cause);
  });
  return file;
}

function noWay(file: string, cause: NodeJS.ErrnoException): BelfryError {
  return new BelfryError('permission', `${file} cannot be written: ${cause.message}`, {
    hint: `Run by root, belfry writes as the owner of the home. Let the shell write the file: … - > ${shellWord(file)}`,
    cause,
  });
}
