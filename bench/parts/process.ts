/** What the kernel says of a process. */
import { readdirSync, readFileSync } from 'node:fs';

/** The most memory that it has had at once, in MB. */
export function peakMegabytes(pid: number): number {
  return field(`/proc/${pid}/status`, 'VmHWM') / 1_024;
}

/** The memory that it has now, in MB. */
export function megabytes(pid: number): number {
  return field(`/proc/${pid}/status`, 'VmRSS') / 1_024;
}

/** How often any of its threads has gone to sleep: each of these times it had been woken. */
export function wakeUps(pid: number): number {
  return readdirSync(`/proc/${pid}/task`)
    .map(thread => field(`/proc/${pid}/task/${thread}/status`, 'voluntary_ctxt_switches'))
    .reduce((sum, count) => sum + count, 0);
}

function field(file: string, name: string): number {
  const found = new RegExp(`^${name}:\\s*(\\d+)`, 'm').exec(readFileSync(file, 'utf8'))?.[1];
  if (found === undefined) throw new Error(`wanted ${name} in ${file}`);
  return Number(found);
}
