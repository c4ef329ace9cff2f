/** A tower with a webhook for everything about merge requests, and a first commit on `main`. */
import type { Test } from 'tap';
import type { PushOptions } from './git-repository.ts';
import type { Json } from './gitee-literals.ts';
import { giteeProblems } from './gitee-problems.ts';
import type { Ran } from './run.ts';
import { type Tower, type TowerOptions, tower } from './tower.ts';
import { until } from './until.ts';

export interface RequestStage extends Tower {
  /** The commit that `main` begins with. */
  root: string;
  /** Pushes as `alice`, unless told otherwise. Throws when git refuses. */
  push(refs: string[], options?: PushOptions & { as?: string }): Promise<Ran>;
  /** The same, and gives what git says when it refuses. */
  refused(refs: string[], options?: PushOptions & { as?: string }): Promise<string>;
  /** The next bodies, in the order in which they come; `count` of them. Each is looked at against Gitee's format. */
  next(count?: number): Promise<Json[]>;
  /** A ref of the bare repository, or null. */
  ref(name: string): Promise<string | null>;
  /** Starts a branch in the clone, at `from` (default: the first commit), with a commit of these files. */
  branch(name: string, files: Record<string, string>, message?: string, from?: string): Promise<string>;
  /** `belfry mr show` as a document. */
  show(number: number): Promise<Json>;
  /** The same, once these values are there: a push that no webhook hears of is announced a moment later. */
  shows(number: number, wanted: Json): Promise<Json>;
}

export async function requestStage(t: Test, options: TowerOptions = {}): Promise<RequestStage> {
  const stage = await tower(t, { requests: true, ...options });
  const { repository, receiver, belfry } = stage;
  await stage.webhook('/mr', ['--all', '--events', 'merge_request,note']);
  const root = await repository.commit({ files: { 'a.txt': '1\n2\n3\n' }, message: 'First\n' });
  const push: RequestStage['push'] = async (refs, { as = 'alice', env = {}, ...more } = {}) => {
    const pushed = await repository.push(refs, { ...more, env: { BELFRY_USER: as, ...env } });
    if (pushed.status !== 0) throw new Error(pushed.stderr);
    return pushed;
  };
  await push(['main']);
  let seen = 0;
  const name = options.fullName ?? 'acme/app';
  const show = (number: number) => belfry.json<Json>(['mr', 'show', String(number), '--repo', name]);
  return {
    ...stage,
    root,
    push,
    async refused(refs, { as = 'alice', env = {}, ...more } = {}) {
      const pushed = await repository.push(refs, { ...more, env: { BELFRY_USER: as, ...env } });
      if (pushed.status === 0) throw new Error(`wanted a refusal, got: ${pushed.stderr}`);
      return pushed.stderr;
    },
    async next(count = 1) {
      const all = await receiver.received(seen + count, { path: '/mr' });
      const bodies = all.slice(seen).map(({ body }) => {
        t.same(giteeProblems(body), [], 'the body is what Gitee sends');
        return JSON.parse(body.toString('utf8')) as Json;
      });
      seen += count;
      return bodies;
    },
    async ref(name) {
      return repository.server('rev-parse', '--quiet', '--verify', name).catch(() => null);
    },
    async branch(name, files, message = `${name}\n`, from = root) {
      await repository.git('checkout', '-q', '-B', name, from);
      return repository.commit({ files, message });
    },
    show,
    shows: (number, wanted) =>
      until(`!${number} to have ${JSON.stringify(wanted)}`, async () => {
        // The push may be over before its request is in the database.
        const shown = await show(number).catch(() => null);
        if (shown === null) return null;
        return Object.entries(wanted).every(([key, value]) => shown[key] === value) ? shown : null;
      }),
  };
}
