/**
 * The processes whose standard output goes into a file below a directory: every worker of a home, also one that was
 * started a moment ago and has not written its process id yet.
 */
import { readdirSync, readlinkSync } from 'node:fs';

export function processesOf(directory: string): number[] {
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .filter(pid => {
      try {
        return readlinkSync(`/proc/${pid}/fd/1`).startsWith(`${directory}/`);
      } catch {
        // It ended between the two looks, or belongs to somebody else.
        return false;
      }
    })
    .map(Number);
}
