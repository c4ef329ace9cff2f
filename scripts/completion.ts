/**
 * The scripts by which bash and zsh complete a command line. Commands, options and their choices are written into them; names and
 * ids are asked of the program (`src/commands/shell/candidates.ts`). Both shells read the same table.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import yargs from 'yargs';
import { COMMANDS, GROUPS } from '../src/commands/main.ts';
import { SHELLS } from '../src/commands/shell/completion.ts';
import { EMITTED_NAMES } from '../src/emit/emit-input.ts';
import { SETTING_KEYS } from '../src/settings/settings.ts';

/** Words to choose from, or a kind of candidates; neither: something that only a person knows. */
interface Values {
  words: readonly string[];
  kind: string;
}

interface Shape {
  name: string;
  /** With their dashes. */
  options: string[];
  /** Options that take a value. */
  valued: Map<string, Values>;
  argument: Values;
}

const UNKNOWN: Values = { words: [], kind: '' };
const kind = (name: string): Values => ({ words: [], kind: name });

/** By the option's name, wherever it is. */
const OPTION_VALUES: Record<string, Values> = {
  repo: kind('repositories'),
  company: kind('companies'),
  webhook: kind('webhooks'),
  push: kind('pushes'),
  ca: kind('files'),
  'client-cert': kind('files'),
  'client-key': kind('files'),
  'template-file': kind('files'),
  secrets: kind('files'),
  'secrets-out': kind('files'),
};

const ALL_OPTIONS = ['--help', '--home', '--json'];

/** What stands behind a command, by the name that its signature gives it. */
function argumentOf(group: string, command: string, argument: string): Values {
  switch (argument) {
    case 'dir':
    case 'file':
      return kind('files');
    case 'name':
    case 'old':
      return kind('repositories');
    case 'login':
      return kind('users');
    case 'key':
      return { words: SETTING_KEYS, kind: '' };
    case 'event':
      return { words: EMITTED_NAMES, kind: '' };
    case 'shell':
      return { words: SHELLS, kind: '' };
    case 'id':
      if (group === 'webhook') return kind('webhooks');
      return kind(group === 'push' || command === 'explain' ? 'pushes' : 'deliveries');
    default:
      return UNKNOWN;
  }
}

/** What yargs knows of a command's options, and its types do not say. */
interface Known {
  key: Record<string, unknown>;
  string: string[];
  number: string[];
  array: string[];
  choices: Record<string, string[]>;
  hiddenOptions: string[];
}

async function shapes(): Promise<Shape[]> {
  const found: Shape[] = [];
  const all = [
    ...COMMANDS.map(entry => ['', entry] as const),
    ...GROUPS.flatMap(([group, , entries]) => entries.map(entry => [group, entry] as const)),
  ];
  for (const [group, [signature, , load]] of all) {
    const [command = ''] = signature.split(' ');
    const positional = [...signature.matchAll(/[[<]([\w-]+)/g)].map(([, name]) => name!);
    const parser = yargs([]).help(false).version(false);
    (await load()).options?.(parser);
    const known = (parser as unknown as { getOptions(): Known }).getOptions();
    const names = Object.keys(known.key).filter(
      name => !positional.includes(name) && !known.hiddenOptions.includes(name),
    );
    const valued = new Map<string, Values>();
    for (const name of names)
      if ([known.string, known.number, known.array].some(list => list.includes(name)) || known.choices[name])
        valued.set(dashed(name), OPTION_VALUES[name] ?? { words: known.choices[name] ?? [], kind: '' });
    found.push({
      name: group === '' ? command : `${group} ${command}`,
      options: [...names.map(dashed), ...ALL_OPTIONS],
      valued,
      argument: argumentOf(group, command, positional[0] ?? ''),
    });
  }
  return found;
}

function dashed(name: string): string {
  return name.length === 1 ? `-${name}` : `--${name}`;
}

/** Path from the root of the checkout to text. */
export async function completionScripts(): Promise<[string, string][]> {
  const table = tableOf(await shapes());
  return Promise.all(
    SHELLS.map(async (shell): Promise<[string, string]> => {
      const driver = await readFile(join(import.meta.dirname, `completion.${shell}`), 'utf8');
      return [`src/commands/shell/belfry.${shell}`, driver.replace('# TABLE\n', () => table)];
    }),
  );
}

/** Two functions that both shells understand. */
function tableOf(all: Shape[]): string {
  const groups = GROUPS.map(
    ([group, , entries]) =>
      `    ${quoted(group)}) belfry_words=${quoted(entries.map(([signature]) => signature.split(' ')[0]!).join(' '))} ;;`,
  );
  const top = [...COMMANDS.map(([signature]) => signature.split(' ')[0]!), ...GROUPS.map(([name]) => name)];
  const commands = all.map(({ name, options, argument }) => {
    const options_ = ` belfry_options=${quoted(options.join(' '))}`;
    return `    ${quoted(name)})${options_}${valuesOf(argument)} ;;`;
  });
  return `# What a command takes; fails when there is no such command.
_belfry_command() {
  belfry_words='' belfry_options=${quoted(ALL_OPTIONS.join(' '))} belfry_kind=''
  case $1 in
    '') belfry_words=${quoted(top.join(' '))} belfry_options=${quoted([...ALL_OPTIONS, '--version'].join(' '))} ;;
${groups.join('\n')}
${commands.join('\n')}
    *) return 1 ;;
  esac
}

# What stands behind an option of a command; fails when nothing does.
_belfry_option() {
  belfry_words='' belfry_kind=''
  case "$1 $2" in
    *' --home') belfry_kind='files' ;;
${optionRows(all).join('\n')}
    *) return 1 ;;
  esac
}
`;
}

/** One row for all commands, where an option is the same in all that have it. */
function optionRows(all: Shape[]): string[] {
  const names = [...new Set(all.flatMap(({ options }) => options))].filter(
    name => !ALL_OPTIONS.includes(name),
  );
  return names.flatMap(name => {
    const having = all.filter(({ options }) => options.includes(name));
    const texts = having.map(({ valued }) => (valued.has(name) ? valuesOf(valued.get(name)!) : null));
    const [first] = texts;
    if (texts.every(text => text === first))
      return first === null || first === undefined ? [] : [`    *' ${name}')${first} ;;`];
    return having.flatMap((shape, at) => {
      const text = texts[at];
      return text === null || text === undefined ? [] : [`    ${quoted(`${shape.name} ${name}`)})${text} ;;`];
    });
  });
}

function valuesOf({ words, kind }: Values): string {
  if (kind !== '') return ` belfry_kind=${quoted(kind)}`;
  return words.length === 0 ? '' : ` belfry_words=${quoted(words.join(' '))}`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
