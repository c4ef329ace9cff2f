/** A line in the owner's crontab that brings the worker of a home back, where there is no systemd. */
import process from 'node:process';
import { askProgram, type Said } from '../../host/ask-program.ts';

export interface CrontabInput {
  prefix: string;
  node: string;
  home: string;
  /** Others share the repositories: their pushes cannot start the worker. */
  shared: boolean;
}

/** Every few minutes rather than at boot only: so a worker that was killed comes back too, and each cron can do it. */
export function crontabLine({ prefix, node, home, shared }: CrontabInput): string {
  const words = ['/bin/sh', quoted(`${prefix}/src/start-worker.sh`), quoted(node), '--home', quoted(home)];
  const log = `>>${quoted(`${home}/log/worker.log`)} 2>&1`;
  const command = [...words, ...(shared ? [] : ['--once']), log].join(' ');
  return `${shared ? '*' : '*/5'} * * * * ${command.replaceAll('%', '\\%')} ${mark(home)}`;
}

/** For a shell: between single quotes nothing means anything, but the quote itself. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** Puts the line in. Gives null when there is no cron that takes it, else whether that changed anything. */
export async function installCrontab(user: string, input: CrontabInput): Promise<boolean | null> {
  const before = (await crontab(user, ['-l'])).stdout;
  const lines = [...linesOfOthers(before, input.home), crontabLine(input)];
  const after = `${lines.join('\n')}\n`;
  if (after === before) return false;
  return (await crontab(user, ['-'], after)).status === 0 ? true : null;
}

export async function removeCrontab(user: string, home: string): Promise<void> {
  const { status, stdout } = await crontab(user, ['-l']);
  if (status !== 0) return;
  const others = linesOfOthers(stdout, home);
  if (others.length === linesOf(stdout).length) return;
  if (others.length === 0) await crontab(user, ['-r']);
  else await crontab(user, ['-'], `${others.join('\n')}\n`);
}

function linesOfOthers(table: string, home: string): string[] {
  return linesOf(table).filter(line => !line.endsWith(mark(home)));
}

function linesOf(table: string): string[] {
  return table === '' ? [] : table.replace(/\n$/, '').split('\n');
}

function mark(home: string): string {
  return `# belfry ${home}`;
}

function crontab(user: string, args: string[], input = ''): Promise<Said> {
  const whose = process.geteuid!() === 0 ? ['-u', user] : [];
  return askProgram('crontab', [...whose, ...args], { input });
}
