/**
 * Writes the pages that are made from the program itself, `docs/commands.md` and `docs/settings.md`: `npm run pages`.
 * A test compares them with what this would write, so that no option or setting is missing there, or there alone.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { settingText } from '../src/commands/config/setting-text.ts';
import { COMMANDS, GROUPS, main } from '../src/commands/main.ts';
import { settingHelp } from '../src/settings/setting-help.ts';
import { defaultSettings, SETTING_KEYS, type SettingKey } from '../src/settings/settings.ts';

/** Of a window, in columns. */
const WIDTH = 100;
/** Stands for the machine's name. */
const HOST = 'machine.invalid';
const MADE =
  '<!-- Made by `npm run pages` from the program. Change the program, or scripts/pages.ts, and run it again. -->';

/** The page that says more about a setting. */
const MORE: Partial<Record<SettingKey, string>> = {
  'web.style': '[links](links.md)',
  'push.trusted': '[who pushed](who-pushed.md)',
  'delivery.timeout': '[receivers](receivers.md)',
  'mr.enabled': '[merge requests](merge-requests.md)',
  'test.header': '[D1](gitee-format.md#12-contradictions-and-decisions)',
};

/** Path from the root of the checkout to text. */
export async function generatedPages(): Promise<Map<string, string>> {
  return new Map([
    ['docs/commands.md', await commandsPage()],
    ['docs/settings.md', settingsPage()],
  ]);
}

async function commandsPage(): Promise<string> {
  const commands = [
    ...COMMANDS.map(([signature, describe]) => ({ signature, describe })),
    ...GROUPS.flatMap(([group, , entries]) =>
      entries.map(([signature, describe]) => ({ signature: `${group} ${signature}`, describe })),
    ),
  ];
  const rows = commands.map(({ signature, describe }) => {
    const name = nameOf(signature);
    return `| [\`belfry ${signature}\`](#belfry-${name.replaceAll(' ', '-')}) | ${cell(describe)} |`;
  });
  const sections: string[] = [];
  for (const { signature } of commands) {
    const name = nameOf(signature);
    sections.push(`## belfry ${name}\n\n\`\`\`\n${await help(name.split(' '))}\n\`\`\``);
  }
  return `${MADE}

# Commands

Every command has \`--help\`, which is what this page shows, and \`--json\`, which prints one JSON document with the columns' names in
snake case. The exit status is 0 (done), 1 (failed; of \`belfry status\` and \`belfry doctor\`: something needs a person) or 2 (wrong
usage). \`belfry --version\` says \`0.2.0\` for a release and \`0.2.0+gSHA\` for a commit after it.

The home is \`--home\`, else \`BELFRY_HOME\`, else \`/var/lib/belfry\` of an installation by root, else \`~/.local/share/belfry\`. A command that
root runs acts as the owner of the home, so that no file of root's is ever left there.

| command | what it does |
| --- | --- |
${rows.join('\n')}

${sections.join('\n\n')}
`;
}

function settingsPage(): string {
  const defaults = defaultSettings(HOST);
  const rows = SETTING_KEYS.map(key => {
    const value = settingText(key, defaults[key]).replaceAll(HOST, 'HOST');
    return `| \`${key}\` | ${value === '' ? '–' : `\`${value}\``} | ${cell(settingHelp[key])} | ${MORE[key] ?? ''} |`;
  });
  return `${MADE}

# Settings

\`\`\`sh
belfry config list
belfry config get delivery.timeout
belfry config set delivery.timeout 20
belfry config set delivery.timeout          # back to its default
\`\`\`

A running worker takes a change over at once. \`HOST\` in a default is the name of the machine; the defaults of \`clone.*\` and \`mail.domain\`
follow \`web.url\`. Lists are separated by spaces or commas.

| key | default | meaning | more |
| --- | --- | --- | --- |
${rows.join('\n')}
`;
}

/** \`webhook add\` of \`webhook add [url]\`. */
function nameOf(signature: string): string {
  return signature.replace(/ [[<].*/, '');
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll(/[<*]/g, '\\$&');
}

/** What \`belfry NAME --help\` prints into a window of a fixed width, in English. */
async function help(name: readonly string[]): Promise<string> {
  const said: string[] = [];
  const print = console.log;
  // Yargs prints by itself.
  console.log = (text: string) => void said.push(text);
  const locale = process.env.LC_ALL;
  process.env.LC_ALL = 'en_US.UTF-8';
  try {
    const stdout = Object.create(process.stdout, { columns: { value: WIDTH } });
    await main(
      Object.create(process, {
        argv: { value: [process.execPath, 'belfry', ...name, '--help'] },
        stdout: { value: stdout },
      }),
    );
  } finally {
    console.log = print;
    if (locale === undefined) delete process.env.LC_ALL;
    else process.env.LC_ALL = locale;
  }
  return said.join('\n').replace(/[ \t]+$/gm, '');
}

if (import.meta.main)
  for (const [path, text] of await generatedPages())
    await writeFile(join(import.meta.dirname, '..', path), text);
