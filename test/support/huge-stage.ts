/** A tower for pushes that are made to fill the memory: any object, real hook, real worker, and what it held at most. */
import type { Test } from 'tap';
import { peakMemory } from './peak-memory.ts';
import { must } from './run.ts';
import { tower } from './tower.ts';
import { until } from './until.ts';

export const MIB = 1024 * 1024;
export const WHO = 'A <a@example.com> 1600000000 +0000';
const MOST_MB = 300;

/** A repository with one commit, a webhook that wants everything, and a worker that has just been started anew. */
export async function hugeStage(t: Test, hooks = 1) {
  const all = await tower(t, { requests: true });
  // Only what the tests ask for is compared.
  await all.belfry.json(['config', 'set', 'scan.every', '0']);
  const { repository, belfry, receiver } = all;
  for (let n = 0; n < hooks; n++)
    await all.webhook(`/${n}`, ['--all', '--events', 'push,tag_push,merge_request', '--timeout', '60']);
  const head = await repository.commit({ files: { a: 'a' } });
  await repository.push(['main']);
  await receiver.received(hooks, { limitMs: 60_000 });
  await all.settled(hooks);
  await belfry.stopWorker();
  const tree = await repository.git('rev-parse', 'HEAD^{tree}');
  let peak = 0;
  return {
    ...all,
    head,
    tree,
    object: async (type: string, ...parts: (string | Buffer)[]) => {
      const stdin = Buffer.concat(parts.map(part => Buffer.from(part as string)));
      const args = ['hash-object', '-t', type, '-w', '--literally', '--stdin'];
      return (await must('git', args, { cwd: repository.work, env: repository.env, stdin })).trim();
    },
    fastImport: (...parts: string[]) =>
      must('git', ['fast-import', '--quiet'], {
        cwd: repository.work,
        env: repository.env,
        stdin: parts.join(''),
      }),
    /** Waits until so many requests have come, looking at the worker's memory; gives the last body. */
    async arrived(count: number) {
      await until(
        `${count} requests`,
        () => {
          peak = Math.max(peak, peakMemory(belfry.worker()) ?? 0);
          return receiver.requests.length >= count;
        },
        { everyMs: 20, limitMs: 200_000 },
      );
      await all.settled(Math.min(count, 1_000));
      peak = Math.max(peak, peakMemory(belfry.worker()) ?? 0);
      t.ok(peak > 20 && peak < MOST_MB, `the worker had ${Math.round(peak)} MB at most`);
      return JSON.parse(receiver.requests.at(-1)!.body.toString('utf8'));
    },
    /** What `delivery show` says of the newest delivery. */
    async cut() {
      const [newest] = await belfry.json<{ id: string }[]>(['deliveries', '--limit', '1']);
      const shown = await belfry.run(['delivery', 'show', newest!.id]);
      return shown.stdout.split('\n').filter(line => line.startsWith('left out: '));
    },
  };
}
