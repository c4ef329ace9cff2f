/** `belfry key`: what seals every secret in the database. It is backed up by itself, since both together open all of them. */
import { join } from 'node:path';
import { BelfryError } from '../../errors.ts';
import { plural } from '../../text/plural.ts';
import { STREAM } from '../arguments.ts';
import type { CommandModule } from '../context.ts';
import { checkTarget } from './backup.ts';

export const keyRotate: CommandModule = {
  examples: [['key rotate', 'When the key may have become known; back it up again afterwards']],
  async run(argv, context) {
    const store = await context.store();
    const { resealed, lost, kept } = await store.key.rotate(context.now());
    const status = lost.length > 0 ? 1 : 0;
    if (argv.json) context.json({ resealed, lost, kept });
    else {
      context.print(
        `New key in use: ${plural(resealed, 'secret or URL', 'secrets and URLs')} sealed with it`,
      );
      context.print(`Back it up: ${context.own} key backup FILE`);
      for (const place of lost) context.print(`${place}: not readable with the old key, unchanged`);
      if (lost.length > 0)
        context.print(`Set these again: \`${context.own} webhook edit\`, \`${context.own} config set\``);
      if (kept !== null)
        context.print(`The old key stays in ${join(context.home, kept)}; delete it when these are set again`);
    }
    await context.wakeWorker();
    return status;
  },
};

export const keyBackup: CommandModule = {
  examples: [
    ['key backup /safe/belfry.key', 'Not next to the backups of the database'],
    ['key backup - > belfry.key', 'For root, who acts as the owner of the home'],
  ],
  options: yargs =>
    yargs.positional('file', {
      type: 'string',
      demandOption: true,
      describe: 'File, or - for standard output',
    }),
  async run(argv, context) {
    const { keyToBackUp, writeKeyBackup } = await import('../../store/key-backup.ts');
    await context.store();
    const toStdout = argv.file === STREAM;
    if (toStdout && argv.json)
      throw new BelfryError('usage', 'Standard output takes the key or --json, not both');
    const file = toStdout ? null : await checkTarget(argv.file, context);
    const { name, text } = keyToBackUp(join(context.home, 'key'));
    if (file === null) await context.write(Buffer.from(text));
    else writeKeyBackup(text, file);
    if (argv.json) context.json({ file, key: name });
    else
      (toStdout ? context.stderr : context.print)(
        `Backed up the key ${name}${file === null ? '' : ` to ${file}`}; keep it apart from backups of the database`,
      );
    return 0;
  },
};
