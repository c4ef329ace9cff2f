/** One thing that `doctor` found: what was wanted, what is, and what mends it; and how all of them are shown. */
import type { DatabaseState } from '../../store/examine-database.ts';
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
  /** A note is worth knowing; everything else is wrong and makes the exit status 1. */
  level: 'wrong' | 'note';
  wanted: string;
  got: string;
  /** The command, or in words what to do. Several lines where there are several ways. */
  mend: string;
  /** What `--fix` does; absent where a person has to decide. */
  fix?: () => Promise<void>;
}

/** The beginning of a finding. */
export function wrong(area: Area, subject: string) {
  return { area, subject, level: 'wrong' } as const;
}

export function note(area: Area, subject: string) {
  return { area, subject, level: 'note' } as const;
}

export interface Examined<Found extends Finding = Finding> {
  findings: Found[];
  /** How many were looked at; null when the database could not say which. */
  repositories: number | null;
  worker: number | null;
  database: DatabaseState | null;
}

export interface Fixed extends Finding {
  fixed: boolean;
  /** Why it could not be mended. */
  trouble: string | null;
}

/** The same trouble with a thousand repositories fits on one screen. */
const SHOWN = 10;

/** Nobody may say that something is fine that was not looked at. */
function unseen(area: Area, { database, repositories }: Examined): boolean {
  if (database === null) return area !== 'runtime' && area !== 'home';
  return repositories === null && (area === 'key' || area === 'repositories');
}

/** Gives the exit status: 1 when something is wrong, and was not mended. */
export function report(examined: Examined<Fixed>, json: boolean, context: CommandContext): number {
  const { findings, repositories, worker, database } = examined;
  const wrong = findings.filter(one => one.level === 'wrong' && !one.fixed).length;
  if (json) {
    context.json({
      ok: wrong === 0,
      home: context.home,
      repositories,
      worker_pid: worker,
      schema: database?.schema ?? null,
      findings: findings.map(({ fix, ...shown }) => ({ ...shown, fixable: fix !== undefined })),
    });
    return wrong > 0 ? 1 : 0;
  }
  const facts: Record<string, string> = {
    home: context.home,
    database: database === null || database.schema === 0 ? '' : `schema ${database.schema}`,
    worker: worker === null ? 'none runs; a push or anything owed starts it' : `process ${worker}`,
    repositories: `${repositories} looked at`,
  };
  for (const area of AREAS) {
    const here = findings.filter(one => one.area === area);
    const words = unseen(area, examined)
      ? ['not looked at', here.length > 0 && summary(here)]
      : [summary(here), printable(facts[area] ?? '')];
    context.print(`${area.padEnd(13)} ${words.filter(Boolean).join('; ')}`);
    for (const finding of here.slice(0, SHOWN)) printFinding(finding, context);
    if (here.length > SHOWN) context.print(`  and ${here.length - SHOWN} more: see belfry doctor --json`);
  }
  const fixable = findings.filter(one => one.fix !== undefined && !one.fixed && one.trouble === null).length;
  context.print('');
  if (wrong === 0) context.print('all is well');
  else context.print(`${wrong} wrong${fixable > 0 ? `; belfry doctor --fix mends ${fixable}` : ''}`);
  return wrong > 0 ? 1 : 0;
}

function summary(here: Fixed[]): string {
  const count = (of: (one: Fixed) => boolean, word: string) => {
    const number = here.filter(of).length;
    return number > 0 ? [`${number} ${word}`] : [];
  };
  const words = [
    ...count(one => one.fixed, 'mended'),
    ...count(one => one.level === 'wrong' && !one.fixed, 'wrong'),
    ...count(one => one.level === 'note' && !one.fixed, here.length > 1 ? 'notes' : 'note'),
  ];
  return words.join(', ') || 'fine';
}

function printFinding(finding: Fixed, context: CommandContext): void {
  const { subject, level, wanted, got, mend, fixed, trouble } = finding;
  const word = fixed ? 'mended' : level;
  context.print(`  ${level === 'wrong' && !fixed ? context.red(word) : word}: ${printable(subject)}`);
  context.print(`    wanted ${printable(wanted)}`);
  context.print(`    got    ${printable(got)}`);
  if (fixed) return;
  if (trouble !== null) context.print(`    not mended: ${printable(trouble)}`);
  for (const [index, line] of printableBlock(mend).split('\n').entries())
    context.print(`    ${index === 0 ? 'mend  ' : '      '} ${line}`);
}
