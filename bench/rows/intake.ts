/**
 * Pushes that have gathered in the spool while no worker ran, one commit each: how many a worker takes in each second, from
 * its start until all deliveries stand. Sizes that follow on one another show whether that falls with the queue.
 */

import { cp, mkdir, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { must } from '../../test/support/run.ts';
import { makeCommits } from '../parts/history.ts';
import { openHome } from '../parts/home.ts';
import type { Line, Row } from '../parts/line.ts';
import { lookInto } from '../parts/look.ts';
import { peakMegabytes } from '../parts/process.ts';
import { push } from '../parts/push.ts';
import { openReceiver } from '../parts/receiver.ts';
import { startMeasured } from '../parts/worker.ts';
import type { Workshop } from '../parts/workshop.ts';

interface Case {
  pushes: number;
  repositories: number;
}

const CASES: Case[] = [
  { pushes: 5_000, repositories: 200 },
  { pushes: 20_000, repositories: 200 },
  { pushes: 20_000, repositories: 1 },
];
const QUICK = 10;
const BAR_PER_SECOND = 200;
/** Of the rate with a quarter of the pushes. */
const BAR_SHARE = 0.8;
const MEMORY_BAR_MB = 300;

export const intake: Row = {
  name: 'intake',
  about: 'pushes that wait in the spool',
  async run(workshop) {
    const cases = CASES.map(({ pushes, repositories }) => ({
      pushes: workshop.quick ? pushes / QUICK : pushes,
      repositories,
    }));
    const lines: Line[] = [];
    const bar = workshop.progress('intake: backlogs', cases.length);
    let first: number | null = null;
    for (const one of cases) {
      const { perSecond, memory } = await measure(workshop, one);
      lines.push(rateLine(one, perSecond, first), memoryLine(one, memory));
      first ??= perSecond;
      bar.step();
    }
    bar.done();
    return lines;
  },
};

async function measure(workshop: Workshop, { pushes, repositories }: Case) {
  const receiver = await openReceiver(workshop);
  const home = await openHome(workshop, 'intake', receiver.urls);
  const { repository, belfry } = home;
  const look = lookInto(home);
  const commits = await makeCommits(repository, pushes / repositories + 1);
  await push(repository, [`${commits[0]}:refs/heads/main`]);
  await home.settled();
  const paths = await copies(repository.path, repositories);
  // They are known, and so is where their branches were.
  await belfry.json(['install', dirname(dirname(repository.path))]);
  // A worker compares all refs at its start if nobody has for long.
  await belfry.json(['config', 'set', 'scan.every', '0']);
  await belfry.stopWorker();
  for (const path of paths) {
    const objects = join(repository.work, '.git', 'objects');
    await must('cp', ['-r', `${objects}/.`, join(path, 'objects')], { env: repository.env });
    await must('git', ['update-ref', 'refs/heads/main', commits.at(-1)!], {
      cwd: path,
      env: repository.env,
    });
  }
  await spool(join(belfry.home, 'spool', 'new'), paths, commits);
  const wanted = look.count() + pushes;
  const startedAt = Date.now();
  const check = await startMeasured(belfry);
  const took = (await look.stands(wanted)) - startedAt;
  check();
  const memory = peakMegabytes(belfry.worker()!);
  look.close();
  await belfry.stopWorker();
  await receiver.close();
  return { perSecond: (pushes * 1_000) / took, memory };
}

/** So many repositories in all, each as the first. */
async function copies(path: string, count: number): Promise<string[]> {
  const paths = [path];
  for (let n = 1; n < count; n++) {
    const copy = join(dirname(path), `copy-${n}.git`);
    await mkdir(copy);
    await cp(path, copy, { recursive: true });
    paths.push(copy);
  }
  return paths;
}

/** As hooks leave them: the first push of each repository, then the second of each, a millisecond after one another. */
async function spool(folder: string, paths: readonly string[], commits: readonly string[]): Promise<void> {
  let at = Date.now() / 1_000;
  for (const [n, next] of commits.slice(1).entries()) {
    for (const [which, path] of paths.entries()) {
      const file = join(folder, `${n}-${which}`);
      const text = `belfry-push 1\ndirectory ${path}\nhook 1\n\n${commits[n]} ${next} refs/heads/main\n`;
      await writeFile(file, text, { mode: 0o600 });
      at += 0.001;
      await utimes(file, at, at);
    }
  }
}

function rateLine({ pushes, repositories }: Case, perSecond: number, first: number | null): Line {
  const share = first === null ? 1 : perSecond / first;
  return {
    what: `${pushes.toLocaleString('en')} pushes in the spool`,
    which: `${over(repositories)}: taken in`,
    runs: 1,
    median: perSecond,
    p95: null,
    unit: '/s',
    against: first === null ? '' : `${share.toFixed(2)} × that of the first backlog`,
    bar: `≥ ${BAR_PER_SECOND}/s${first === null ? '' : `, not falling (≥ ${BAR_SHARE} ×)`}`,
    met: perSecond >= BAR_PER_SECOND && share >= BAR_SHARE,
  };
}

function memoryLine({ pushes, repositories }: Case, memory: number): Line {
  return {
    what: `${pushes.toLocaleString('en')} pushes in the spool`,
    which: `${over(repositories)}: most memory of the worker`,
    runs: 1,
    median: memory,
    p95: null,
    unit: 'MB',
    against: '',
    bar: `≤ ${MEMORY_BAR_MB} MB`,
    met: memory <= MEMORY_BAR_MB,
  };
}

function over(repositories: number): string {
  return repositories === 1 ? 'one repository' : `${repositories} repositories`;
}
