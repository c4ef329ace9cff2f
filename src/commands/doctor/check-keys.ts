/** Whether the SSH keys of the home's owner say who pushes: else everybody is that one account, in silence. */
// long: what can be wrong with a key, and what is to be written for it, belong together.
import { constants } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, isAbsolute, join } from 'node:path';
import { may } from '../../files/may.ts';
import { findAccount, loginShell } from '../../host/accounts.ts';
import {
  type AuthorizedKey,
  type KeyLogin,
  loginOfKey,
  parseAuthorizedKeys,
} from '../../host/authorized-keys.ts';
import { type KeyFiles, readKeyFiles } from '../../host/key-files.ts';
import { readSshdConfig, type SshdConfig } from '../../host/sshd-config.ts';
import { plural } from '../../text/plural.ts';
import { shellWord } from '../../text/printable.ts';
import { type Finding, noteAt } from './finding.ts';

/** @param env HOME, whose keys are checked, and PATH, where belfry-shell may be */
export async function checkKeys(
  home: string,
  app: string,
  env: Record<string, string | undefined>,
): Promise<Finding[]> {
  const { uid } = await stat(home);
  const account = await findAccount(uid);
  if (account === null) return [];
  const sshd = await readSshdConfig();
  const owner = { ...account, home: env.HOME ?? account.home };
  return examineKeys(await readKeyFiles(owner, sshd?.keyFiles), {
    account: account.name,
    home: owner.home,
    shell: await loginShell(uid),
    sshd,
    program: await findProgram(app, owner.home, env.PATH ?? ''),
    guide: join(app, 'docs', 'who-pushed.md'),
  });
}

/** The one that install.sh has put beside the command: it outlives the program. */
async function findProgram(app: string, home: string, path: string): Promise<string> {
  for (const directory of [...path.split(':'), join(home, '.local/bin')]) {
    const program = join(directory, 'belfry-shell');
    if (isAbsolute(directory) && (await may(program, constants.X_OK))) return program;
  }
  return join(app, 'hooks/belfry-shell');
}

export interface KeyPlace {
  /** Of the account that owns the home of belfry. */
  account: string;
  home: string;
  shell: string | null;
  /** Null: it cannot be read. */
  sshd: SshdConfig | null;
  /** Where belfry-shell is. */
  program: string;
  /** The page on keys, of this installation. */
  guide: string;
}

type Key = AuthorizedKey & { login: KeyLogin };

/** More keys are not named one by one. */
const SHOWN = 5;

export async function examineKeys({ files, refused }: KeyFiles, place: KeyPlace): Promise<Finding[]> {
  const findings: Finding[] = refused.map(why =>
    noteAt('ssh', `keys of ${place.account}`, {
      wanted: 'a key file that can be read',
      got: why,
      fix: `# what each key needs: ${shellWord(place.guide)}`,
    }),
  );
  for (const { path, text } of files) {
    const at = { ...place, path };
    const keys = parseAuthorizedKeys(text).map(key => ({ ...key, login: loginOfKey(key) }));
    const found = [
      ...ignoredVariables(keys, at),
      ...(await brokenCommands(keys, at)),
      ...namelessKeys(keys, at),
      ...openKeys(keys, at),
    ];
    findings.push(...found.map(one => ({ ...one, area: 'ssh' as const, subject: path })));
  }
  return findings;
}

type Found = Omit<Finding, 'area' | 'subject'>;

/** The key file that is looked at. */
interface FilePlace extends KeyPlace {
  path: string;
}

/**
 * What is to be written in a key file, by hand, and the command that git-shell needs for it first.
 * @param how where in the line: `before the key`
 */
function edit(keys: Key[], { path, ...place }: FilePlace, how: string): string {
  const [text, make] = line(place, 'LOGIN');
  const todo = `# in ${shellWord(path)}, ${lines(keys)}, write ${how}: ${text}`;
  return make === null ? todo : `${make}\n${todo}`;
}

/** What stands in front of a key, and the command that makes what it needs; null where nothing has to be made. */
function line({ program, shell, home }: KeyPlace, login: string): [text: string, make: string | null] {
  if (basename(shell ?? '') !== 'git-shell')
    return [`restrict,command="${inCommand(program)} ${login}"`, null];
  const commands = shellWord(join(home, 'git-shell-commands'));
  const make = `mkdir -p ${commands} && ln -sf ${shellWord(program)} ${commands}/belfry-shell && ln -sf ${shellWord(program)} ${commands}/no-interactive-login`;
  return [`restrict,command="belfry-shell ${login}"`, make];
}

/** `line 3`, `lines 3 and 7`, `lines 1, 2, 3, 4, 5 and 12 more`. */
function lines(keys: Key[]): string {
  const shown = keys.slice(0, SHOWN).map(one => String(one.line));
  const last = keys.length > SHOWN ? `${keys.length - SHOWN} more` : shown.pop()!;
  return shown.length === 0 ? `line ${last}` : `lines ${shown.join(', ')} and ${last}`;
}

function inCommand(path: string): string {
  return shellWord(path).replaceAll('"', '\\"');
}

/** `environment=` is for an sshd that is configured to read it. */
function ignoredVariables(keys: Key[], place: FilePlace): Found[] {
  const { sshd, account } = place;
  const those = keys.filter(
    ({ login }) => login.by === 'environment' && (sshd === null || !sshd.permits(login.variable)),
  );
  if (those.length === 0) return [];
  const instead = edit(those, place, 'in place of environment="…"');
  if (sshd === null)
    return [
      {
        level: 'note',
        wanted: 'an sshd that applies environment="…" of keys',
        got: `an unreadable configuration; without PermitUserEnvironment all of these keys are reported as ${account}: ${which(those)}`,
        fix: `sudo sshd -T | grep -i permituserenvironment   # if it says no:\n${instead}`,
      },
    ];
  return [
    {
      level: 'problem',
      wanted: 'an sshd that applies environment="…" of keys (PermitUserEnvironment)',
      got: `one that ignores it: ${plural(those.length, 'key')} reported as ${account}: ${which(those)}`,
      fix: instead,
    },
  ];
}

/** What nobody can log in with. */
async function brokenCommands(keys: Key[], place: FilePlace): Promise<Found[]> {
  const found: Found[] = [];
  const shells = keys.flatMap(key => (key.login.by === 'belfry-shell' ? [{ key, login: key.login }] : []));
  const unnamed = shells.filter(({ login }) => login.login === null).map(({ key }) => key);
  if (unnamed.length > 0)
    found.push({
      level: 'problem',
      wanted: 'one login behind belfry-shell, a word without spaces',
      got: `something else, so these keys cannot log in: ${which(unnamed)}`,
      fix: edit(unnamed, place, 'in place of its command="…"'),
    });
  const gitShell = basename(place.shell ?? '') === 'git-shell';
  const missing: Key[] = [];
  for (const { key, login } of shells)
    if (!(await canStart(login.program, gitShell, place.home))) missing.push(key);
  if (missing.length > 0)
    found.push({
      level: 'problem',
      wanted: gitShell
        ? 'belfry-shell in ~/git-shell-commands, named without a path: git-shell, the login shell, starts nothing else'
        : 'belfry-shell at the path that command="…" names',
      got: `one that cannot be started, so these keys cannot log in: ${which(missing)}`,
      fix: edit(missing, place, 'in place of its command="…"'),
    });
  return found;
}

async function canStart(program: string, gitShell: boolean, home: string): Promise<boolean> {
  if (gitShell) {
    if (/[./]/.test(program)) return false;
    return may(join(home, 'git-shell-commands', program), constants.X_OK);
  }
  // Others are found by the login shell: its PATH is not known here.
  const path = program.replace(/^~\//, `${home}/`);
  return !isAbsolute(path) || may(path, constants.X_OK);
}

/** One key may well be all that there is; of several nobody knows who used which. */
function namelessKeys(keys: Key[], place: FilePlace): Found[] {
  const those = keys.filter(({ login }) => login.by === 'nothing');
  if (those.length < 2) return [];
  return [
    {
      level: 'note',
      wanted: 'a login for each key, if they belong to different people',
      got: `${those.length} keys that are all reported as ${place.account}: ${which(those)}`,
      fix: `${edit(those, place, 'before each key')}\n# see ${shellWord(place.guide)}`,
    },
  ];
}

function openKeys(keys: Key[], { path }: FilePlace): Found[] {
  const those = keys.filter(({ login, restricted }) => login.by === 'belfry-shell' && !restricted);
  if (those.length === 0) return [];
  return [
    {
      level: 'note',
      wanted: 'restrict in front of command="…", since a key may forward ports without it',
      got: `none: ${which(those)}`,
      fix: `# in ${shellWord(path)}, ${lines(those)}, write before command="…": restrict,`,
    },
  ];
}

function which(keys: Key[]): string {
  const named = keys
    .slice(0, SHOWN)
    .map(({ line, comment }) => (comment === '' ? `line ${line}` : `line ${line} (${comment})`));
  const more = keys.length > SHOWN ? [`${keys.length - SHOWN} more`] : [];
  return [...named, ...more].join(', ');
}
