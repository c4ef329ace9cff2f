/** What sshd's `authorized_keys` say of who pushes with a key: sshd(8), AUTHORIZED_KEYS FILE FORMAT. */

export interface AuthorizedKey {
  /** Of the file, from 1. */
  line: number;
  /** What stands behind the key; often `alice@laptop`. */
  comment: string;
  /** What is run whatever the client asks for; null: nothing is forced. */
  command: string | null;
  /** Of `environment=`. */
  environment: Map<string, string>;
  /** The key cannot forward ports. */
  restricted: boolean;
}

export type KeyLogin =
  /** @see hooks/belfry-shell. `login`: null where there is none, or more than one word. */
  | { by: 'belfry-shell'; program: string; login: string | null }
  | { by: 'environment'; variable: string }
  /** A program that may say who pushes: gitolite-shell, Gitea's, a wrapper. */
  | { by: 'program' }
  /** Nothing does: who pushes is the Unix account. */
  | { by: 'nothing' };

/** Without the lines that are no keys: empty ones, remarks, and what sshd would not take. */
export function parseAuthorizedKeys(text: string): AuthorizedKey[] {
  return text.split('\n').flatMap((raw, index) => {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) return [];
    const optionsEnd = KEY.test(line) ? 0 : endOfOptions(line);
    const key = line.slice(optionsEnd).trim();
    if (!KEY.test(key)) return [];
    return [
      {
        line: index + 1,
        comment: key.split(/\s+/).slice(2).join(' '),
        ...readOptions(line.slice(0, optionsEnd)),
      },
    ];
  });
}

/** A type and the beginning of a key in Base64: every key begins with the length of its type. */
const KEY = /^[a-z][a-z0-9@.-]*\s+AAAA/;

/** Options end at the first blank that is not quoted. */
function endOfOptions(line: string): number {
  let quoted = false;
  for (let at = 0; at < line.length; at++) {
    if (line[at] === '\\' && line[at + 1] === '"') at++;
    else if (line[at] === '"') quoted = !quoted;
    else if (!quoted && /\s/.test(line[at]!)) return at;
  }
  return line.length;
}

function readOptions(text: string): Pick<AuthorizedKey, 'command' | 'environment' | 'restricted'> {
  const environment = new Map<string, string>();
  let command: string | null = null;
  let restricted = false;
  for (const [, name = '', quoted] of text.matchAll(/([\w@.-]+)(?:="((?:\\"|[^"])*)")?/g)) {
    const value = quoted?.replaceAll('\\"', '"') ?? '';
    switch (name.toLowerCase()) {
      case 'command':
        command = value;
        break;
      case 'environment': {
        const [variable = '', ...rest] = value.split('=');
        // sshd takes the first of several.
        if (!environment.has(variable)) environment.set(variable, rest.join('='));
        break;
      }
      case 'restrict':
      case 'no-port-forwarding':
        restricted = true;
        break;
      case 'port-forwarding':
        restricted = false;
        break;
    }
  }
  return { command, environment, restricted };
}

/** The variables by which a server names the pusher, as hooks/common.sh reads them. */
const LOGINS = ['GITEA_PUSHER_NAME', 'GL_USER', 'REMOTE_USER', 'BELFRY_USER'];
/** As a shell takes it: parts with and without quotes. */
const WORD = String.raw`(?:"[^"]*"|'[^']*'|\\.|[^\s"'\\])+`;
const WHOLE_WORD = new RegExp(`^${WORD}$`);
const PROGRAM = new RegExp(`^(?:exec\\s+)?(${WORD})(?:\\s+(.*))?$`, 's');
/** As belfry-shell takes it. */
const LOGIN = /^[^\s\p{Cc}-][^\s\p{Cc}]*$/u;
const GIT_SHELL = /^\s*(?:exec\s+)?(?:\S*\/)?(?:git-shell|git\s+shell)(?:\s|$)/;

/** What says who pushes with a key. Of a program that belfry does not know it is taken that it does. */
export function loginOfKey({ command, environment }: AuthorizedKey): KeyLogin {
  const variable = LOGINS.find(name => environment.get(name));
  const byEnvironment: KeyLogin =
    variable === undefined ? { by: 'nothing' } : { by: 'environment', variable };
  if (command === null || GIT_SHELL.test(command)) return byEnvironment;
  const [, first = '', rest = ''] = PROGRAM.exec(command.trim()) ?? [];
  const program = unquoted(first);
  if (/(?:^|\/)belfry-shell$/.test(program)) {
    const login = WHOLE_WORD.test(rest) ? unquoted(rest) : '';
    return { by: 'belfry-shell', program, login: LOGIN.test(login) ? login : null };
  }
  return variable === undefined ? { by: 'program' } : byEnvironment;
}

function unquoted(word: string): string {
  return word.replace(/"([^"]*)"|'([^']*)'|\\(.)/g, (_, double, single, plain) => double ?? single ?? plain);
}
