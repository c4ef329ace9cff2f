/** Where and when it was measured: numbers of two machines say nothing about each other. */
import { readFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import { NODE } from '../../test/support/belfry.ts';
import { run } from '../../test/support/run.ts';

/** One fact for each line. @param dir where it is measured */
export async function machine(dir: string): Promise<string[]> {
  const [cpu] = cpus();
  const disk = (await say('df', ['--output=fstype', dir])).split('\n').at(-1);
  return [
    `${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC`,
    `${cpus().length} × ${cpu?.model.trim() || 'unknown processor'}, ${Math.round(totalmem() / 2 ** 30)} GiB memory, ${disk}`,
    `${system()}, Linux ${release()}`,
    `Node ${await say(NODE, ['--version'])}, ${await say('git', ['--version'])}`,
  ];
}

async function say(command: string, args: string[]): Promise<string> {
  return (await run(command, args, { env: { PATH: process.env.PATH ?? '' } })).stdout.trim();
}

function system(): string {
  try {
    return /^PRETTY_NAME="(.*)"$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? 'Linux';
  } catch {
    return 'Linux';
  }
}
