/** One thing that `doctor` found: what was wanted, what is, and what fixes it; and how all of them are shown. */
import type { DatabaseState } from '../../store/examine-database.ts';
import { plural } from '../../text/plural.ts';
import { printable, printableBlock } from '../../text/printable.ts';
import type { CommandContext } from '../context.ts';

const AREAS = [
  'runtime',
  'home',
  'database',
  'key',
  'spool',
  'worker',
  'clock',
  'space',
  'service',
  'ssh',
  'repositories',
] as const;
export type Area = (typeof AREAS)[number];

export interface Finding {
  area: Area;
  /** What it is about: a path, a webhook. */
  subject: string;
  /** A note is worth knowing; a problem makes the exit status 1. */
  level: 'problem' | 'note';
  wanted: string;
  got: string;
  /**
   * The commands, or in words what to do. Pasted as a block it does no damage: what has a condition, and each way but the
   * first, is a comment.
   */
  fix: string;
  /** What `--fix` does; absent where a person has to decide. */
  repair?: () => Promise<void>;
}

type Facts = Omit<Finding, 'area' | 'subject' | 'level'>;

export function problemAt(area: Area, subject: string, facts: Facts): Finding {
  return { area, subject, level: 'problem', ...facts };
}

export function noteAt(area: Area, subject: string, facts: Facts): Finding {
  return { area, subject, level: 'note', ...facts };
}

export interface Examined<Found extends Finding = Finding> {
  findings: Found[];
  /** How many were checked; null when the database could not say which. */
  repositories: number | null;
  worker: number | null;
  database: DatabaseState | null;
}

export interface Fixed extends Finding {
  fixed: boolean;
  /** Why it could not be fixed. */
  fix_error: string | null;
}

/** The same problem with a thousand repositories fits on one screen. */
const SHOWN = 10;

/** Nobody may say that something is fine that was not checked. */
function unseen(area: Area, { database, repositories }: Examined): boolean {
  if (database === null) return area !== 'runtime' && area !== 'home';
  return repositories === null && (area === 'key' || area === 'repositories');
}

/** Gives the exit status: 1 when a problem is left. */
export function report(examined: Examined<Fixed>, json: boolean, context: CommandContext): number {
  const { findings, repositories, worker, database } = examined;
  const problems = findings.filter(one => one.level === 'problem' && !one.fixed).length;
  if (json) {
    context.json({
      ok: problems === 0,
      home: context.home,
      repositories,
      worker_pid: worker,
      schema: database?.schema ?? null,
      findings: findings.map(({ repair, ...shown }) => ({ ...shown, fixable: repair !== undefined })),
    });
    return problems > 0 ? 1 : 0;
  }
  const facts: Record<string, string> = {
    home: context.home,
    database: database === null || database.schema === 0 ? '' : `schema ${database.schema}`,
    worker: worker === null ? 'not running; a push or a pending delivery starts it' : `process ${worker}`,
    repositories: `${repositories} checked`,
  };
  for (const area of AREAS) {
    const here = findings.filter(one => one.area === area);
    const words = unseen(area, examined)
      ? ['not checked', here.length > 0 && summary(here)]
      : [summary(here), printable(facts[area] ?? '')];
    context.print(`${area.padEnd(13)} ${words.filter(Boolean).join('; ')}`);
    for (const finding of here.slice(0, SHOWN)) printFinding(finding, context);
    if (here.length > SHOWN) context.print(`  and ${here.length - SHOWN} more: see belfry doctor --json`);
  }
  const fixable = findings.filter(
    one => one.repair !== undefined && !one.fixed && one.fix_error === null,
  ).length;
  context.print('');
  if (problems === 0)
    context.print(findings.some(one => one.fixed) ? 'No problems left' : 'No problems found');
  else
    context.print(
      `${plural(problems, 'problem')}${fixable > 0 ? `; belfry doctor --fix fixes ${fixable}` : ''}`,
    );
  return problems > 0 ? 1 : 0;
}

function summary(here: Fixed[]): string {
  const count = (of: (one: Fixed) => boolean, word: string) => {
    const number = here.filter(of).length;
    return number > 0 ? [word === 'fixed' ? `${number} ${word}` : plural(number, word)] : [];
  };
  const words = [
    ...count(one => one.fixed, 'fixed'),
    ...count(one => one.level === 'problem' && !one.fixed, 'problem'),
    ...count(one => one.level === 'note' && !one.fixed, 'note'),
  ];
  return words.join(', ') || 'ok';
}

function printFinding(finding: Fixed, context: CommandContext): void {
  const { subject, level, wanted, got, fix, fixed, fix_error } = finding;
  const word = fixed ? 'fixed' : level;
  context.print(`  ${level === 'problem' && !fixed ? context.red(word) : word}: ${printable(subject)}`);
  context.print(`    wanted ${printable(wanted)}`);
  context.print(`    got    ${printable(got)}`);
  if (fixed) return;
  if (fix_error !== null) context.print(`    not fixed: ${printable(fix_error)}`);
  for (const [index, line] of printableBlock(fix).split('\n').entries())
    context.print(`    ${index === 0 ? 'fix   ' : '      '} ${line}`);
}
