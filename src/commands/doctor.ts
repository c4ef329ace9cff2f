/** `belfry doctor`: what keeps pushes or deliveries from being announced, and the command that fixes each problem. */
import { join } from 'node:path';
import process from 'node:process';
import type { Argv } from 'yargs';
import { giveLeftovers } from '../host/give-away.ts';
import { homeOwner } from '../host/home-owner.ts';
import { livingWorker } from '../host/worker-process.ts';
import { sqliteTrouble } from '../store/sqlite-trouble.ts';
import { flag } from './arguments.ts';
import type { Args, CommandContext } from './context.ts';
import { checkDatabase } from './doctor/check-database.ts';
import { checkEntrance, checkHardLinks, checkHome, HOME_FOLDERS } from './doctor/check-home.ts';
import { checkKey } from './doctor/check-key.ts';
import { checkKeys } from './doctor/check-keys.ts';
import { checkClock, checkSpace } from './doctor/check-machine.ts';
import { checkPushers } from './doctor/check-pushers.ts';
import { checkRepositories } from './doctor/check-repositories.ts';
import { checkRuntime } from './doctor/check-runtime.ts';
import { checkOldUnits, checkService } from './doctor/check-service.ts';
import { checkSpool } from './doctor/check-spool.ts';
import { checkWorker } from './doctor/check-worker.ts';
import { type Examined, type Finding, type Fixed, report } from './doctor/finding.ts';

export const examples: [string, string][] = [
  ['doctor', 'Check, and change nothing'],
  ['doctor --fix', 'Renew hooks, create directories, set modes; as root also owners'],
  ['doctor --json', 'For programs'],
];

export function options(yargs: Argv): Argv {
  return yargs.option('fix', flag('Fix what can be fixed safely'));
}

/** Files that root has left in the home lock its owner out, and only root can give them away. What it leaves is found below. */
export async function asRoot(argv: Args, home: string): Promise<void> {
  if (!argv.fix || (await homeOwner(home)) === null) return;
  await giveLeftovers(home, HOME_FOLDERS);
}

export async function run(argv: Args, context: CommandContext): Promise<number> {
  const found = await examine(context);
  const examined = { ...found, findings: found.findings.map(one => atHome(one, context)) };
  const fixed = argv.fix ? await fixAll(examined.findings) : examined.findings.map(untouched);
  if (argv.fix && examined.repositories !== null) await context.wakeWorker();
  return report({ ...examined, findings: fixed }, argv.json, context);
}

async function examine(context: CommandContext): Promise<Examined> {
  const { home, app, now } = context;
  const isRoot = process.geteuid?.() === 0;
  const findings: Finding[] = [];
  const add = async (found: AsyncIterable<Finding> | Promise<Finding[]>) =>
    void findings.push(...(await Array.fromAsync(await found)));
  await add(checkRuntime(app, sqliteTrouble));
  const nothing = { findings, repositories: null, worker: null, database: null };
  const before = findings.length;
  await add(checkEntrance(home));
  if (findings.length > before) return nothing;
  await add(checkHome(home, isRoot));
  await add(checkHardLinks(home));
  const { openSpool } = await import('../spool/spool.ts');
  await add(checkSpool(home, openSpool(join(home, 'spool')), now()));
  await add(checkSpace(home));
  await add(checkService(home, app, context.env.HOME));
  await add(checkOldUnits(home, context.env.HOME));
  await add(checkKeys(home, app, context.env));
  if (findings.some(({ subject }) => subject === 'better-sqlite3')) return nothing;
  const { examineDatabase } = await import('../store/examine-database.ts');
  const database = examineDatabase(home, join(app, 'migrations'));
  await add(checkDatabase(home, database));
  await add(checkClock(home, database.lastEventAt, now));
  const { exists, damage, locked, trouble, schema, newest } = database;
  const usable = exists && damage === null && trouble === null && !locked && schema === newest;
  const store = usable ? await context.store() : null;
  const worker = await livingWorker(home);
  await add(checkWorker(home, worker, store, context));
  if (store === null) return { findings, repositories: null, worker, database };
  await add(checkKey(home, store, now()));
  const { looked, findings: more } = await checkRepositories(store, context, isRoot);
  await add(checkPushers(home, app, store));
  return { findings: [...findings, ...more], repositories: looked, worker, database };
}

/** So that the command, copied as it stands, means this home and not the one of the place. */
function atHome(finding: Finding, { own }: CommandContext): Finding {
  const fix = finding.fix.replace(/(^ *|&& |^# (?:[^:\n]*: )?)(sudo )?belfry (?=[a-z])/gm, `$1$2${own} `);
  // Where root works, there may be no sudo.
  return { ...finding, fix: process.geteuid?.() === 0 ? fix.replace(/(^|&& |: |^# )sudo /gm, '$1') : fix };
}

const untouched = (finding: Finding): Fixed => ({ ...finding, fixed: false, fix_error: null });

async function fixAll(findings: Finding[]): Promise<Fixed[]> {
  const done: Fixed[] = [];
  for (const finding of findings) {
    if (finding.repair === undefined) {
      done.push(untouched(finding));
      continue;
    }
    try {
      await finding.repair();
      done.push({ ...finding, fixed: true, fix_error: null });
    } catch (error) {
      done.push({ ...finding, fixed: false, fix_error: (error as Error).message });
    }
  }
  return done;
}
