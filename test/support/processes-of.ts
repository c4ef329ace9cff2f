/**
 * The workers of the homes below a directory. One that is at work has its log there as standard output; one that was started a
 * moment ago says on its command line which home it is for, and so does its survey, which may outlive it by a moment. A
 * program that lies there itself counts too.
 */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import process from 'node:process';

export function processesOf(directory: string): number[] {
  const below = (path: string) => isBelow(path, directory);
  return processes(
    pid =>
      below(linkOf(pid, 'fd/1')) ||
      below(linkOf(pid, 'exe')) ||
      startsFor(readFileSync(`/proc/${pid}/cmdline`, 'latin1'), directory),
  );
}

/** Whether a command line starts a worker for a home that is this directory, or lies below it. */
function startsFor(line: string, directory: string): boolean {
  if (!/\/src\/((worker|survey)\.ts|start-worker\.sh)\0/.test(line)) return false;
  const words = line.split('\0');
  return isBelow(words[words.indexOf('--home') + 1], directory);
}

function isBelow(path: string | undefined, directory: string): boolean {
  return path === directory || path?.startsWith(`${directory}/`) === true;
}

/** Those that have a text on their command line, whose words end with NUL. */
export function processesNaming(text: string): number[] {
  return processes(pid => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(text));
}

/**
 * For the end of a test, in one pass over the processes: the workers of a home, and what may become one in a moment. That are
 * hooks of the repositories below a directory, and whatever is changing programs just now (execve): for that long nobody can
 * tell what it will be.
 */
export function workersAround(directory: string, home: string): { workers: number[]; starting: number[] } {
  const workers: number[] = [];
  const starting = processes(pid => {
    const line = readFileSync(`/proc/${pid}/cmdline`, 'latin1');
    if (line === '') return linkOf(pid, 'exe') !== '';
    if (
      line.startsWith('belfry-worker') ? linkOf(pid, 'fd/1').startsWith(`${home}/`) : startsFor(line, home)
    ) {
      workers.push(Number(pid));
      return false;
    }
    return line.includes('hooks/post-receive') && linkOf(pid, 'cwd').startsWith(`${directory}/`);
  });
  return { workers, starting };
}

/**
 * Whether a process, or a thread of it, still runs: one that was killed has no command line from then on, while a thread of
 * it may be about to make a file.
 */
export function hasThreads(pid: number): boolean {
  try {
    const [state, ...more] = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1]!.split(' ');
    // The first field after the name is field 3 of proc(5), num_threads is field 20.
    return !/^[ZX]/.test(state!) || Number(more[16]) > 1;
  } catch {
    return false;
  }
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
