/**
 * Writes what is made from the program itself: `docs/commands.md` and `docs/settings.md`, the manual page, and the scripts by which
 * shells complete (`src/commands/shell/`): `npm run pages`.
 * A test compares them with what this would write, so that no option or setting is missing there, or there alone.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { settingText } from '../src/commands/config.ts';
import { defaultSettings, SETTING_KEYS, type SettingKey, settingHelp } from '../src/settings/settings.ts';

import { completionScripts } from './completion.ts';
import { help, namedCommands } from './help.ts';
import { manPage } from './man-page.ts';

/** Of a window, in columns. */
const WIDTH = 100;
/** Stands for the machine's name. */
const HOST = 'machine.invalid';
const MADE =
  '<!-- Made by `npm run pages` from the program. Change the program, or scripts/pages.ts, and run it again. -->';

/** The page that says more about a setting. */
const MORE: Partial<Record<SettingKey, string>> = {
  'web.style': '[links](links.md)',
  'push.skip': '[filters](webhooks.md#filters)',
  'push.wait': '[waiting](webhooks.md#waiting-for-the-outcome-of-a-push)',
  'push.trusted': '[who pushed](who-pushed.md)',
  'wait.show': '[waiting](webhooks.md#waiting-for-the-outcome-of-a-push)',
  'git.alternates': '[borrowed objects](operations.md#borrowed-objects)',
  'payload.commits': '[limits](reliability.md#limits)',
  'delivery.concurrency': '[order](reliability.md#order)',
  'delivery.timeout': '[receivers](receivers.md)',
  'keep.days': '[states](reliability.md#states-of-a-delivery)',
  'scan.every': '[ref checks](reliability.md#nothing-is-lost)',
  'install.new': '[repositories that come later](operations.md#repositories-that-come-later)',
  'repo.exclude': '[excluded repositories](operations.md#excluded-repositories)',
  'mr.enabled': '[merge requests](merge-requests.md)',
  'robot.language': '[chat](chat.md)',
  'test.header': '[D1](gitee-format.md#12-contradictions-and-decisions)',
  'net.allow': '[who may be reached](security.md#who-may-be-reached)',
  'net.deny': '[who may be reached](security.md#who-may-be-reached)',
  'proxy.https': '[proxies](security.md#proxies-and-tls)',
};

/** What is said below the help of a command: what it leads to, and the page that says more. */
const NOTES: Record<string, string> = {
  install:
    'DIR becomes a root, even when it is still empty. [What installing writes](operations.md#installing), [mirrors](operations.md#mirrors), [merge requests](merge-requests.md).',
  uninstall: '[Removing](operations.md#removing).',
  redeliver: '[States of a delivery](reliability.md#states-of-a-delivery).',
  emit: '[Events of other systems](emit.md).',
  scan: 'A ref check: what was reported last is compared with the refs as they are ([reliability](reliability.md#nothing-is-lost)).',
  log: 'One file, whoever has started the worker.',
  doctor:
    'It examines hooks, runtime, database, key, spool, SSH keys, clock and space, and names the command that fixes each finding. The exit status is 1 when something is found.',
  backup: '[Backing up](operations.md#backing-up).',
  export: '[Webhooks in a file](webhooks-in-a-file.md).',
  plan: 'The exit status is 0 when there is nothing to do, 3 when there is, 1 when the file has a mistake ([webhooks in a file](webhooks-in-a-file.md)).',
  apply:
    '[References to secrets](webhooks-in-a-file.md#what-is-secret), [what whoever edits the file can do](webhooks-in-a-file.md#what-whoever-edits-the-file-can-do).',
  restore: 'Nothing is sent before `belfry resume` ([backing up](operations.md#backing-up)).',
  status: 'The exit status is 1 when somebody has to act.',
  'webhook add':
    '[Registering one](webhooks.md#registering-one), [globs](webhooks.md#globs), [robots](chat.md).',
  'webhook remove': 'What was pending for it ends as failed, which `belfry status` does not count.',
  'webhook rotate': '[A new secret](webhooks.md#a-new-secret).',
  'webhook test': '[Testing](webhooks.md#testing).',
  'push retry':
    'Those that wait for another try are tried at once ([reliability](reliability.md#nothing-is-lost)).',
  'repo move': '[Names, and repositories that move](operations.md#names-and-repositories-that-move).',
  'mr list': '[Merge requests](merge-requests.md).',
  'user edit': 'Authors of commits are recognised by these addresses ([who pushed](who-pushed.md)).',
  'key rotate': '[Secrets and the key](security.md#secrets-and-the-key).',
  'config set': '[Settings](settings.md).',
};

/** Path from the root of the checkout to text. */
export async function generatedPages(): Promise<Map<string, string>> {
  return new Map([
    ['docs/commands.md', await commandsPage()],
    ['docs/settings.md', settingsPage()],
    ['src/commands/shell/belfry.1', await manPage()],
    ...(await completionScripts()),
  ]);
}

async function commandsPage(): Promise<string> {
  const commands = namedCommands();
  const rows = commands.map(({ name, signature, describe }) => {
    return `| [\`belfry ${signature}\`](#belfry-${name.replaceAll(' ', '-')}) | ${cell(describe)} |`;
  });
  const sections: string[] = [];
  for (const { name } of commands) {
    const note = NOTES[name] === undefined ? '' : `\n\n${NOTES[name]}`;
    sections.push(`## belfry ${name}\n\n\`\`\`\n${await help(name, WIDTH)}\n\`\`\`${note}`);
  }
  return `${MADE}

# Commands

Every command has \`--help\`, which is what this page shows, and \`--json\`, which prints one JSON document with the columns' names in
snake case; \`--json=id,state\` prints only these fields of it. The exit status is 0 (done), 1 (failed) or 2 (wrong
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

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll(/[<*]/g, '\\$&');
}

if (import.meta.main)
  for (const [path, text] of await generatedPages())
    await writeFile(join(import.meta.dirname, '..', path), text);
