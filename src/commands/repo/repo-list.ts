/** `belfry repo list` */
import type { Argv } from 'yargs';
import { isExcluded } from '../../model/excluded.ts';
import type { Repository } from '../../model/repository.ts';
import type { Args, CommandContext } from '../context.ts';

export const examples: [string, string][] = [['repo list', 'what belfry knows, and where it lies']];

export const options = (yargs: Argv): Argv => yargs;

export async function run(argv: Args, context: CommandContext): Promise<number> {
  const store = await context.store();
  const exclude = (await context.settings())['repo.exclude'];
  const findings = await store.roots.findings();
  const rows = (await store.repositories.list()).map(row => ({
    ...row,
    excluded: isExcluded(exclude, row.full_name),
    aliases: findings
      .filter(({ kind, repository_id }) => kind === 'alias' && repository_id === row.id)
      .map(({ path }) => path),
  }));
  if (argv.json) context.json(rows);
  else {
    const notes = rows.map(noteOf);
    const noted = notes.some(note => note !== '');
    context.table(
      ['ID', 'NAME', 'COMPANY', 'DIRECTORY', ...(noted ? ['NOTE'] : [])],
      rows.map((row, at) => [
        String(row.id),
        row.full_name,
        row.company ?? '',
        row.directory,
        ...(noted ? [notes[at]!] : []),
      ]),
      'no repositories yet: `belfry install DIR`',
    );
  }
  return 0;
}

type Listed = Repository & { aliases: string[]; excluded: boolean };

function noteOf({ aliases, excluded, gone_at, root, path, directory }: Listed): string {
  return [
    ...(excluded ? ['excluded'] : []),
    ...(gone_at === null ? [] : ['gone']),
    ...(root === null ? ['outside all roots'] : []),
    ...(path === directory ? [] : [`at ${path}`]),
    ...aliases.map(alias => `also ${alias}`),
  ].join('; ');
}
