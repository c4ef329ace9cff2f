/** `belfry doctor`: what keeps pushes or deliveries from being announced, and the command that mends each of it. */
import { lchown, lstat, stat } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import type { Argv } from 'yargs';
import { examineDatabase } from '../store/examine-database.ts';
import type { Args, CommandContext } from './context.ts';
import { checkDatabase } from './doctor/check-database.ts';
import { checkHome, filesOf } from './doctor/check-home.ts';
import { checkKey } from './doctor/check-key.ts';
import { checkClock, checkSpace, checkWorker } from './doctor/check-machine.ts';
import { checkRepositories } from './doctor/check-repositories.ts';
import { checkRuntime } from './doctor/check-runtime.ts';
import { checkService } from './doctor/check-service.ts';
import { checkSpool } from './doctor/check-spool.ts';
import type { Finding } from './doctor/finding.ts';
import { type Examined, type Fixed, report } from './doctor/report.ts';

export const examples: [string, string][] = [
  ['doctor', 'look, and change nothing'],
  ['doctor --fix', 'renew hooks, make directories, set modes; as root also owners'],
  ['doctor --json', 'for programs'],
];

export function options(yargs: Argv): Argv {
  return yargs.option('fix', { type: 'boolean', default: false, describe: 'mend what can be mended safely' });
}

/** Files that root has left in the home lock its owner out, and only root can give them away. */
export async function asRoot(argv: Args, home: string): Promise<void> {
  const owner = await stat(home).catch(() => null);
  if (!argv.fix || owner === null) return;
  for (const path of await filesOf(home)) {
    if ((await lstat(path)).uid !== owner.uid) await lchown(path, owner.uid, owner.gid);
  }
}

export async function run(argv: Args, context: CommandContext): Promise<number> {
  const examined = await examine(context);
  const fixed = argv.fix ? await fixAll(examined.findings) : examined.findings.map(untouched);
  if (argv.fix && examined.repositories !== null) await context.wakeWorker();
  return report({ ...examined, findings: fixed }, argv.json, context);
}

async function examine(context: CommandContext): Promise<Examined> {
  const { home, app, now } = context;
  const isRoot = process.geteuid?.() === 0;
  const findings = await checkRuntime(app);
  if (!(await stat(home).catch(() => null))?.isDirectory()) {
    const mend = './install.sh, or `belfry install DIR...`';
    findings.push({ area: 'home', subject: home, level: 'wrong', wanted: 'a home', got: 'none', mend });
    return { findings, repositories: null, worker: null, database: null };
  }
  findings.push(...(await checkHome(home, isRoot)));
  const database = examineDatabase(home, join(app, 'migrations'));
  findings.push(...(await checkDatabase(home, database)));
  const { openSpool } = await import('../spool/spool.ts');
  findings.push(...(await checkSpool(home, openSpool(join(home, 'spool')), now())));
  const worker = await checkWorker(home);
  findings.push(...worker.findings);
  findings.push(...(await checkClock(home, database.lastEventAt, now)));
  findings.push(...(await checkSpace(home)));
  findings.push(...(await checkService(home, context.env.HOME)));
  let repositories: number | null = null;
  if (database.exists && database.damage === null && database.schema <= database.newest) {
    const store = await context.store();
    findings.push(...(await checkKey(home, store)));
    const { looked, findings: more } = await checkRepositories(store, context, isRoot);
    findings.push(...more);
    repositories = looked;
  }
  return { findings, repositories, worker: worker.pid, database };
}

const untouched = (finding: Finding): Fixed => ({ ...finding, fixed: false, trouble: null });

async function fixAll(findings: Finding[]): Promise<Fixed[]> {
  const done: Fixed[] = [];
  for (const finding of findings) {
    if (finding.fix === undefined) {
      done.push(untouched(finding));
      continue;
    }
    try {
      await finding.fix();
      done.push({ ...finding, fixed: true, trouble: null });
    } catch (error) {
      done.push({ ...finding, fixed: false, trouble: (error as Error).message });
    }
  }
  return done;
}
