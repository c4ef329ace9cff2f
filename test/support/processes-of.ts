/**
 * The processes whose standard output goes into a file below a directory: every worker of a home, also one that was
 * started a moment ago and has not written its process id yet.
 */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

export function processesOf(directory: string): number[] {
  return processes(pid => readlinkSync(`/proc/${pid}/fd/1`).startsWith(`${directory}/`));
}

/** Hooks of the repositories below a directory: one may be about to start a worker when its push is over. */
export function hooksBelow(directory: string): number[] {
  return processes(
    pid =>
      readlinkSync(`/proc/${pid}/cwd`).startsWith(`${directory}/`) &&
      readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes('hooks/post-receive'),
  );
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
