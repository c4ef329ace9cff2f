/** A server that a peer needs, on a port and in a directory of its own. */
import { existsSync } from 'node:fs';

export interface Server {
  port: number;
  stop(): Promise<void>;
}

/** Where a program lies, or null. */
export function findProgram(name: string, directories: readonly string[] = []): string | null {
  const path = [...directories, ...(process.env.PATH ?? '').split(':'), '/usr/sbin', '/usr/bin'];
  return path.map(directory => `${directory}/${name}`).find(existsSync) ?? null;
}
