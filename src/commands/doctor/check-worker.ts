/** The worker: whether one runs when something is due, what a dead one has left, and its log. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { logProblem } from '../../host/worker-log.ts';
import { pidLeft } from '../../host/worker-process.ts';
import type { Store } from '../../store/store.ts';
import { moment } from '../../text/moment.ts';
import { plural } from '../../text/plural.ts';
import { shellWord } from '../../text/printable.ts';
import type { CommandContext } from '../context.ts';
import { megabytes } from './check-machine.ts';
import { type Finding, noteAt, problemAt } from './finding.ts';

/** A worker that a hook starts is there within seconds. */
const SOON_MS = 60_000;
const LONG_LOG = 100 * 2 ** 20;

/** @param pid of the worker that runs; null: none does @param store null when the database cannot be used */
export async function* checkWorker(
  home: string,
  pid: number | null,
  store: Store | null,
  context: CommandContext,
): AsyncGenerator<Finding> {
  const wake = { fix: 'belfry worker --once', repair: () => context.wakeWorker() };
  const paused = store === null ? null : await store.pause.get();
  if (paused !== null)
    yield problemAt('worker', 'sending', {
      wanted: 'pending deliveries to be sent',
      got: `paused since ${moment(paused.since)}: ${paused.why}`,
      fix: 'belfry resume\n# or give up what was pending in the backup, see belfry status: belfry resume --drop-restored',
    });
  const due = pid === null && store !== null ? await overdue(store, context.now()) : 0;
  if (due > 0)
    yield problemAt('worker', 'deliveries that are due', {
      wanted: 'a worker that sends them',
      got: `none running, ${plural(due, 'webhook')} waiting; see belfry log`,
      ...wake,
    });
  if (pid === null && (await pidLeft(home))) {
    yield noteAt('worker', join(home, 'worker.pid'), {
      wanted: 'a running worker, or no such file',
      got: 'a file of a worker that was killed; the next one starts with a ref check',
      fix: 'belfry worker --once',
    });
  }
  const log = join(home, 'log', 'worker.log');
  const problem = logProblem(home);
  if (problem !== null)
    yield problemAt('worker', log, {
      wanted: 'a regular file of the account that owns the home',
      got: `${problem}; the worker writes no log`,
      fix: `mv ${shellWord(log)} ${shellWord(`${log}.old`)}`,
    });
  const size = (await stat(log).catch(() => null))?.size ?? 0;
  if (size > LONG_LOG)
    yield noteAt('worker', log, {
      wanted: `at most ${megabytes(LONG_LOG)}`,
      got: megabytes(size),
      fix: [
        `cp -p ${shellWord(log)} ${shellWord(`${log}.1`)} && : >${shellWord(log)}`,
        '# or set up logrotate, with copytruncate',
      ].join('\n'),
    });
}

/** Webhooks that have something due. What came a moment ago has a worker in a moment. */
async function overdue(store: Store, now: number): Promise<number> {
  const { oldest_pending_at: oldest } = await store.status.queue(now);
  return oldest !== null && now - oldest > SOON_MS ? (await store.queue.ready(now)).length : 0;
}
