/**
 * Who started a git process, so that nobody's git is left behind. A worker that is killed takes no child along, and what
 * it has started may go on for as long as its limits allow: the next worker ends it.
 */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** In the environment of every git, and so of all that git itself starts. */
const OWNER = 'BELFRY_OWNER';

/** Stands for this process: its id, the time of its start, and in which PID namespace both are meant. */
export function ownerMark(): Record<string, string> {
  mark ??= markOfSelf();
  return mark === '' ? {} : { [OWNER]: mark };
}

let mark: string | undefined;

function markOfSelf(): string {
  try {
    const { pid, startedAt } = parseStat(readFileSync('/proc/self/stat', 'latin1'));
    return `${pid} ${startedAt} ${namespaceOfSelf()}`;
  } catch {
    // Without a /proc nobody can be looked up in it later either.
    return '';
  }
}

function namespaceOfSelf(): string {
  return readlinkSync('/proc/self/ns/pid');
}

/**
 * Ends every git whose starter is no more: a worker, a command or a hook that was killed. Those of other accounts cannot
 * be read, and are their owner's business.
 * @param proc where the kernel shows its processes
 * @returns how many processes were ended
 */
export function endOrphanedGit(proc = '/proc'): number {
  let ended = 0;
  let namespace: string;
  try {
    namespace = namespaceOfSelf();
  } catch {
    return 0;
  }
  for (const pid of readdirSync(proc).filter(name => /^\d+$/.test(name))) {
    const owner = read(`${proc}/${pid}/environ`)
      .split('\0')
      .find(entry => entry.startsWith(`${OWNER}=`));
    const [id = '', startedAt = '', within] = owner?.slice(OWNER.length + 1).split(' ') ?? [];
    // A number of another namespace (a container on the same disk) says nothing here.
    if (within !== namespace || lives(`${proc}/${id}`, startedAt)) continue;
    if (kill(Number(pid))) ended++;
  }
  return ended;
}

function lives(directory: string, startedAt: string): boolean {
  const stat = parseStat(read(`${directory}/stat`));
  return stat.startedAt === startedAt && stat.state !== 'Z' && stat.state !== 'X';
}

/** proc(5): the name in brackets may hold anything; `starttime` is field 22. */
function parseStat(stat: string): { pid: string; state: string; startedAt: string } {
  const [state = '', ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { pid: stat.split(' ', 1)[0]!, state, startedAt: fields[22 - 4] ?? '' };
}

function read(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}

function kill(pid: number): boolean {
  try {
    return process.kill(pid, 'SIGKILL');
  } catch {
    return false;
  }
}
