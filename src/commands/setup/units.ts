/** systemd units that bring the worker of a home back: their names, their texts, and those that are there. */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';

/** A file name has at most 255 bytes, and the longest ending is `.service`. */
const MOST_NAME = 200;

/**
 * The name of a home's units, without an ending. Different homes have different names: the path is escaped as
 * systemd-escape(1) does it with `--path`.
 * @param usual the home that an installation has when nothing else is said
 */
export function unitName(home: string, usual: string): string {
  if (home === usual) return 'belfry';
  const name = `belfry-${escapePath(home)}`;
  if (name.length <= MOST_NAME) return name;
  const hash = createHash('sha256').update(home).digest('hex').slice(0, 16);
  return `belfry-${escapePath(basename(home))
    .slice(0, 100)
    .replace(/\\[^\\]{0,3}$/, '')}-${hash}`;
}

/** The name that belfry gave until 0.1.0, which several homes could share. */
export function formerUnitName(home: string): string {
  return `belfry-${Buffer.from(home.slice(1), 'utf8')
    .toString('latin1')
    .replace(/[^A-Za-z0-9_.]/g, '-')}`;
}

function escapePath(path: string): string {
  const bytes = Buffer.from(path.replace(/\/+/g, '/').replace(/^\/|\/$/g, ''), 'utf8').toString('latin1');
  return bytes.replace(/[^A-Za-z0-9:_.]|^\./g, byte =>
    byte === '/' ? '-' : `\\x${byte.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
}

/** An argument in a line `ExecStart=`. */
function unitQuoted(text: string): string {
  return `"${text.replace(/[\\"]/g, '\\$&').replaceAll('%', '%%').replaceAll('$', '$$$$')}"`;
}

/** Whether the text of a unit starts the worker of that home. */
export function isUnitOf(home: string, text: string): boolean {
  return text
    .split('\n')
    .some(line => line.startsWith('ExecStart=') && line.includes(` --home ${unitQuoted(home)}`));
}

/** The services of belfry that a directory has, by the names of their files. */
export async function unitsIn(directory: string): Promise<{ file: string; text: string }[]> {
  const files = (await readdir(directory).catch(() => [])).filter(name => /^belfry.*\.service$/.test(name));
  const read = (file: string) => readFile(join(directory, file), 'utf8').catch(() => '');
  return Promise.all(files.sort().map(async file => ({ file, text: await read(file) })));
}

/** The home whose worker the text of a unit starts; null when it starts none. */
export function homeOfUnit(text: string): string | null {
  const quoted = /^ExecStart=.* --home "((?:[^"\\]|\\.)*)"/m.exec(text)?.[1];
  if (quoted === undefined) return null;
  return quoted.replaceAll('$$', '$').replaceAll('%%', '%').replace(/\\(.)/g, '$1');
}

export interface UnitInput {
  prefix: string;
  node: string;
  home: string;
  /** Null for a user's own units. */
  user: string | null;
  /** Others share the repositories: their pushes cannot start the worker. */
  shared: boolean;
}

/** Texts of the units by their endings. */
export function unitTexts({ prefix, node, home, user, shared }: UnitInput): Record<string, string> {
  const wantedBy = user === null ? 'default.target' : 'multi-user.target';
  const start = [`${prefix}/src/start-worker.sh`, node, '--home', home].map(word =>
    word.startsWith('--') ? word : unitQuoted(word),
  );
  // In a shared home the worker stays: it takes the place of one that a push of the owner has started.
  const service = `[Unit]
Description=belfry: sends what was pending at the last stop
After=network-online.target
Wants=network-online.target
StartLimitIntervalSec=0

[Service]
${user === null ? '' : `User=${user}\n`}ExecStart=/bin/sh ${start.join(' ')}${shared ? ' --replace' : ''}
Restart=${shared ? 'always' : 'on-failure'}
RestartSec=60
RestartPreventExitStatus=78

[Install]
WantedBy=${wantedBy}
`;
  const timer = `[Unit]
Description=belfry: starts the worker every hour, for ref checks that are due (scan.every)

[Timer]
OnCalendar=hourly
RandomizedDelaySec=10min

[Install]
WantedBy=timers.target
`;
  const path = `[Unit]
Description=belfry: starts the worker for pushes of accounts that cannot start it

[Path]
PathChanged=${`${home}/spool/new`.replaceAll('%', '%%')}

[Install]
WantedBy=${wantedBy}
`;
  return { service, timer, ...(shared && { path }) };
}
