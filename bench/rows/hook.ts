/**
 * What a hook adds to `git push`: one commit over the file transport, every kind of hook in every round, in an order by
 * lot. Compared are the pushes of the same round. Before each push belfry's workers have nothing left to do from the one
 * before.
 */
import type { GitRepository } from '../../test/support/git-repository.ts';
import { withEmailHook, withHook } from '../parts/foreign-hook.ts';
import { makeCommits } from '../parts/history.ts';
import { type Home, openHome } from '../parts/home.ts';
import type { Line, Row } from '../parts/line.ts';
import { differences, median, p95 } from '../parts/numbers.ts';
import { push } from '../parts/push.ts';
import { openReceiver } from '../parts/receiver.ts';
import { shuffled } from '../parts/shuffled.ts';
import type { Workshop } from '../parts/workshop.ts';

const BAR_MS = 8;
const NO_OP = 'no-op sh hook';

interface Contender {
  which: string;
  repository: GitRepository;
  /** Not timed. */
  before?: () => Promise<unknown>;
  after?: () => Promise<unknown>;
  /** Whether the bar is for it. */
  judged: boolean;
}

export const hook: Row = {
  name: 'hook',
  about: 'time that a hook adds to git push',
  async run(workshop) {
    const contenders = await gather(workshop);
    const rounds = workshop.quick ? 15 : 100;
    const commits = new Map<Contender, string[]>();
    for (const one of contenders) commits.set(one, await makeCommits(one.repository, rounds + WARM_UP));
    const took = new Map(contenders.map(one => [one.which, [] as number[]]));

    const bar = workshop.progress('hook: pushes', (rounds + WARM_UP) * contenders.length);
    for (let round = 0; round < rounds + WARM_UP; round++) {
      for (const one of shuffled(contenders)) {
        await one.before?.();
        const pushed = await push(one.repository, [`${commits.get(one)![round]}:refs/heads/main`]);
        if (round >= WARM_UP) took.get(one.which)!.push(pushed.took);
        await one.after?.();
        bar.step();
      }
    }
    bar.done();
    return contenders.map(one => toLine(one, took));
  },
};

/** The first pushes make the branch, start the workers, and fill the caches. */
const WARM_UP = 3;

async function gather(workshop: Workshop): Promise<Contender[]> {
  const { urls } = await openReceiver(workshop);
  const hundred = await openReceiver(workshop, { endpoints: 100 });
  const hanging = await openReceiver(workshop, { hangs: true });
  const home = (name: string, to: readonly string[]) => openHome(workshop, name, to);
  const email = await withEmailHook(workshop);
  if (email === null) workshop.leaveOut("post-receive-email: it is not where Debian's package git puts it");
  const hangs = await home('hangs', hanging.urls);
  const cold = await home('cold', urls);
  return [
    { which: 'no hook', repository: await withHook(workshop, null), judged: false },
    { which: NO_OP, repository: await withHook(workshop, 'no-op.sh'), judged: false },
    {
      which: 'bash + curl + openssl',
      repository: await withHook(workshop, 'curl.sh', urls[0]),
      judged: false,
    },
    {
      which: 'Node, sends inside',
      repository: await withHook(workshop, 'node-inside.mjs', urls[0]),
      judged: false,
    },
    ...(email === null ? [] : [{ which: "Debian's post-receive-email", repository: email, judged: false }]),
    warm('belfry, 0 webhooks', await home('none', [])),
    warm('belfry, 1 webhook', await home('one', urls)),
    warm('belfry, 100 webhooks', await home('hundred', hundred.urls)),
    {
      which: 'belfry, a receiver that hangs',
      repository: hangs.repository,
      before: hangs.warm,
      // What is owed to it stays owed.
      after: hangs.takenIn,
      judged: true,
    },
    {
      which: 'belfry, 1 webhook, worker cold',
      repository: cold.repository,
      before: () => cold.belfry.stopWorker(),
      after: cold.settled,
      judged: false,
    },
  ];
}

function warm(which: string, home: Home): Contender {
  return { which, repository: home.repository, before: home.warm, after: home.settled, judged: true };
}

function toLine({ which, judged }: Contender, took: Map<string, number[]>): Line {
  const mine = took.get(which)!;
  const added = median(differences(mine, took.get(NO_OP)!));
  const sign = added < 0 ? '−' : '+';
  return {
    what: 'git push, one commit',
    which,
    runs: mine.length,
    median: median(mine),
    p95: p95(mine),
    unit: 'ms',
    against: which === NO_OP ? '' : `${sign}${Math.abs(added).toFixed(1)} ms over the no-op hook`,
    bar: judged ? `≤ ${BAR_MS} ms over the no-op hook` : '',
    met: judged ? added <= BAR_MS : null,
  };
}
