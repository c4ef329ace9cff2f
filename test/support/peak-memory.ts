/** The most memory that a process ever had, as the kernel counts it. */
import { readFileSync } from 'node:fs';

/** `VmHWM` of proc(5) in megabytes; null when the process is gone. */
export function peakMemory(pid: number | null): number | null {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'latin1');
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024;
  } catch {
    return null;
  }
}
