/** A mirror with belfry's hooks, and what it is a mirror of. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Test } from 'tap';
import { type GitRepository, gitRepository } from './git-repository.ts';
import { must } from './run.ts';
import { type Tower, tower } from './tower.ts';
import { until } from './until.ts';

export interface Mirror extends Tower {
  /** The bare repository that `git clone --mirror` made of `repository`. */
  path: string;
  upstream: GitRepository;
  /** Runs git in the mirror, as cron would; gives what it said. */
  git(...args: string[]): Promise<string>;
  /** What receivers were told of the mirror so far: ref, before, after. */
  told(count: number): Promise<[ref: string, before: string, after: string][]>;
  /** Until nothing waits in the spool. */
  quiet(): Promise<unknown>;
}

export async function mirror(t: Test): Promise<Mirror> {
  const stage = await tower(t);
  const upstream = await gitRepository(join(stage.dir, 'upstream'), { fullName: 'far/away' });
  await upstream.commit();
  await upstream.push(['main', 'main:refs/heads/old', 'main:refs/tags/v0']);
  const path = join(stage.root, 'acme', 'mirror.git');
  await must('git', ['clone', '-q', '--mirror', upstream.path, path], { env: upstream.env });
  await stage.belfry.run(['install', '--mirror', path]);
  await stage.webhook('/hook', ['--all', '--events', 'push,tag_push']);
  return {
    ...stage,
    path,
    upstream,
    git: (...args) => must('git', args, { cwd: path, env: upstream.env }),
    async told(count) {
      return (await stage.receiver.received(count)).map(({ body }) => {
        const { ref, before, after } = JSON.parse(body.toString('utf8'));
        return [ref, before, after];
      });
    },
    quiet: () =>
      until(
        'an empty spool',
        async () => {
          const names = await Promise.all(
            ['new', 'tmp', 'bad'].map(folder => readdir(join(stage.belfry.home, 'spool', folder))),
          );
          return names.flat().length === 0;
        },
        { limitMs: 60_000 },
      ),
  };
}
