/** `belfry repo list` */
import type { Argv } from 'yargs';
import type { Args, CommandContext } from './context.ts';

export const examples: [string, string][] = [['repo list', 'what belfry knows, and where it lies']];

export const options = (yargs: Argv): Argv => yargs;

export async function run(argv: Args, context: CommandContext): Promise<number> {
  const rows = await (await context.store()).repositories.list();
  if (argv.json) context.json(rows);
  else {
    context.table(
      ['ID', 'NAME', 'COMPANY', 'DIRECTORY'],
      rows.map(row => [String(row.id), row.full_name, row.company ?? '', row.directory]),
      'no repositories yet: `belfry install DIR`',
    );
  }
  return 0;
}
