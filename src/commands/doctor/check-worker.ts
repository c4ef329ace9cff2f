/** The worker: whether one runs when something is due, what a dead one has left, and its log. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { logProblem } from '../../host/worker-log.ts';
import { livingWorker, pidLeft } from '../../host/worker-process.ts';
import type { Store } from '../../store/store.ts';
import { moment } from '../../text/moment.ts';
import { plural } from '../../text/plural.ts';
import { shellWord } from '../../text/shell-word.ts';
import type { CommandContext } from '../context.ts';
import { megabytes } from './check-machine.ts';
import { type Finding, note, wrong } from './finding.ts';

/** A worker that a hook starts is there within seconds. */
const SOON_MS = 60_000;
const LONG_LOG = 100 * 2 ** 20;

/** @param store null when the database cannot be used */
export async function checkWorker(
  home: string,
  store: Store | null,
  context: CommandContext,
): Promise<{ pid: number | null; findings: Finding[] }> {
  const findings: Finding[] = [];
  const pid = await livingWorker(home);
  const wake = { mend: 'belfry worker --once', fix: () => context.wakeWorker() };
  const paused = store === null ? null : await store.pause.get();
  if (paused !== null) {
    findings.push({
      ...wrong('worker', 'sending'),
      wanted: 'that pending deliveries are sent',
      got: `held since ${moment(paused.since)}: ${paused.why}`,
      mend: 'belfry resume   # or with --drop-restored: see belfry status',
    });
  }
  const due = pid === null && store !== null ? await overdue(store, context.now()) : 0;
  if (due > 0) {
    findings.push({
      ...wrong('worker', 'what is due'),
      wanted: 'a worker that sends it',
      got: `none runs, and ${plural(due, 'webhook')} wait; its last words: belfry log`,
      ...wake,
    });
  }
  if (pid === null && (await pidLeft(home))) {
    findings.push({
      ...note('worker', join(home, 'worker.pid')),
      wanted: 'a worker, or none and no such file',
      got: 'the last worker was killed; the next one looks for what was missed',
      mend: 'belfry worker --once',
    });
  }
  const log = join(home, 'log', 'worker.log');
  const problem = logProblem(home);
  if (problem !== null) {
    findings.push({
      ...wrong('worker', log),
      wanted: 'a plain file of the account that owns the home',
      got: `${problem}; the worker writes no log`,
      mend: `mv ${shellWord(log)} ${shellWord(`${log}.old`)}`,
    });
  }
  const size = (await stat(log).catch(() => null))?.size ?? 0;
  if (size > LONG_LOG) {
    findings.push({
      ...note('worker', log),
      wanted: `at most ${megabytes(LONG_LOG)}`,
      got: megabytes(size),
      mend: `: >${shellWord(log)}   # or logrotate with copytruncate`,
    });
  }
  return { pid, findings };
}

/** Webhooks that have something due. What came a moment ago has a worker in a moment. */
async function overdue(store: Store, now: number): Promise<number> {
  const { oldest_pending_at: oldest } = await store.status.queue(now);
  return oldest !== null && now - oldest > SOON_MS ? (await store.queue.ready(now)).length : 0;
}
