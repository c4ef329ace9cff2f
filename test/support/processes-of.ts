/**
 * The workers of the homes below a directory. One that is at work has its log there as standard output; one that was started a
 * moment ago says on its command line which home it is for, and so does its survey, which may outlive it by a moment. A
 * program that lies there itself counts too.
 */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import process from 'node:process';

export function processesOf(directory: string): number[] {
  const below = (path: string | undefined) =>
    path === directory || path?.startsWith(`${directory}/`) === true;
  return processes(pid => {
    if (below(linkOf(pid, 'fd/1')) || below(linkOf(pid, 'exe'))) return true;
    const words = readFileSync(`/proc/${pid}/cmdline`, 'latin1').split('\0');
    const starts = words.some(word => /\/src\/((worker|survey)\.ts|start-worker\.sh)$/.test(word));
    return starts && below(words[words.indexOf('--home') + 1]);
  });
}

/** Those that have a text on their command line, whose words end with NUL. */
export function processesNaming(text: string): number[] {
  return processes(pid => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(text));
}

/** Hooks of the repositories below a directory: one may be about to start a worker when its push is over. */
export function hooksBelow(directory: string): number[] {
  return processes(
    pid =>
      readlinkSync(`/proc/${pid}/cwd`).startsWith(`${directory}/`) &&
      readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes('hooks/post-receive'),
  );
}

/** Those that are changing programs just now (execve): for a moment nobody can tell what they will be. */
export function changingProcesses(): number[] {
  return processes(pid => linkOf(pid, 'exe') !== '' && readFileSync(`/proc/${pid}/cmdline`, 'latin1') === '');
}

/** A worker has no standard output while it takes its log. */
function linkOf(pid: string, name: string): string {
  try {
    return readlinkSync(`/proc/${pid}/${name}`);
  } catch {
    return '';
  }
}

function processes(wanted: (pid: string) => boolean): number[] {
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .filter(pid => {
      try {
        return wanted(pid);
      } catch {
        // It ended between the two looks, or belongs to somebody else.
        return false;
      }
    })
    .map(Number);
}

/** Ends a process that was just seen; it may have left by itself between the two looks. */
export function endProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
