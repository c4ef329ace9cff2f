/**
 * A bare repository as a server has it, and a working clone as a developer has it. Both are real; the environment is
 * empty of the tester's own settings, and people and dates are fixed, so that object ids are the same in every run.
 */
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { environment } from './environment.ts';
import { must, type Ran, run } from './run.ts';

export interface Person {
  name: string;
  email: string;
  /** As Git reads it, e.g. `2021-10-08T16:08:32+08:00`. */
  date: string;
}

export const AUTHOR: Person = {
  name: '张三',
  email: 'zhang-san@example.com',
  date: '2021-10-08T16:08:32+08:00',
};

export const COMMITTER: Person = {
  name: 'Li Si',
  email: 'li-si@example.com',
  date: '2021-10-08T09:09:00+00:00',
};

export interface CommitOptions {
  /** Path to content; null removes the file. */
  files?: Record<string, string | Buffer | null>;
  /** Taken byte for byte, the trailing newline too. */
  message?: string | Buffer;
  author?: Partial<Person>;
  committer?: Partial<Person>;
  /** More arguments for `git commit`, e.g. `--amend`. */
  args?: string[];
  /** Settings for this one command, e.g. `i18n.commitEncoding=gbk`. */
  config?: string[];
}

export interface GitRepository {
  /** The bare repository. */
  path: string;
  /** The clone. */
  work: string;
  env: Record<string, string>;
  /** Runs git in the clone; gives its output without the last newline; throws when it fails. */
  git(...args: string[]): Promise<string>;
  /** Runs git in the bare repository. */
  server(...args: string[]): Promise<string>;
  /** Makes a commit with fixed people and dates; gives its id. */
  commit(options?: CommitOptions): Promise<string>;
  /** Pushes to the bare repository (or to `url`), whatever comes of it. */
  push(refs: string[], options?: PushOptions): Promise<Ran>;
}

export interface PushOptions {
  url?: string;
  env?: Record<string, string>;
  /** Push options, sent with `-o`. */
  options?: string[];
  /** Settings for this one command. */
  config?: string[];
}

export interface GitRepositoryOptions {
  /** `acme/app` becomes `acme/app.git` below the root. */
  fullName?: string;
  format?: 'sha1' | 'sha256';
  /** First branch, without a commit as yet. */
  branch?: string;
}

/** Both lie below `dir`, a directory of the test (`t.testdir({})`), which takes them away with it. */
export async function gitRepository(dir: string, options: GitRepositoryOptions = {}): Promise<GitRepository> {
  const { fullName = 'acme/app', format = 'sha1', branch = 'main' } = options;
  const path = join(dir, 'root', `${fullName}.git`);
  await mkdir(dirname(path), { recursive: true });
  const work = await mkdtemp(join(dir, 'work-'));
  const env = environment(dir, {
    GIT_ALLOW_PROTOCOL: 'file:ssh:http',
    // An account without a full name has no identity that git would take.
    GIT_AUTHOR_NAME: AUTHOR.name,
    GIT_AUTHOR_EMAIL: AUTHOR.email,
    GIT_COMMITTER_NAME: COMMITTER.name,
    GIT_COMMITTER_EMAIL: COMMITTER.email,
  });
  const init = ['init', '-q', '-b', branch, `--object-format=${format}`];
  await must('git', [...init, '--bare', path], { env });
  await must('git', [...init, work], { env });
  await must('git', ['remote', 'add', 'origin', path], { env, cwd: work });

  const git = async (...args: string[]) => (await must('git', args, { cwd: work, env })).replace(/\n$/, '');

  return {
    path,
    work,
    env,
    git,
    server: async (...args) => (await must('git', args, { cwd: path, env })).replace(/\n$/, ''),
    async commit({
      files = {},
      message = 'Ring the bell\n',
      author,
      committer,
      args = [],
      config = [],
    } = {}) {
      for (const [name, content] of Object.entries(files)) {
        if (content === null) {
          await git('rm', '-q', '--', name);
          continue;
        }
        await mkdir(dirname(join(work, name)), { recursive: true });
        await writeFile(join(work, name), content);
        await git('add', '--', name);
      }
      const who = {
        ...person('AUTHOR', { ...AUTHOR, ...author }),
        ...person('COMMITTER', { ...COMMITTER, ...committer }),
      };
      await must(
        'git',
        [
          ...settings(config),
          'commit',
          '-q',
          '--allow-empty',
          '--allow-empty-message',
          '--cleanup=verbatim',
          ...args,
          '-F',
          '-',
        ],
        { cwd: work, env: { ...env, ...who }, stdin: message },
      );
      return git('rev-parse', 'HEAD');
    },
    push: (refs, { url = path, env: more = {}, options: pushOptions = [], config = [] } = {}) =>
      run(
        'git',
        [...settings(config), 'push', ...pushOptions.flatMap(option => ['-o', option]), url, ...refs],
        { cwd: work, env: { ...env, ...more } },
      ),
  };
}

function person(role: 'AUTHOR' | 'COMMITTER', { name, email, date }: Person): Record<string, string> {
  return { [`GIT_${role}_NAME`]: name, [`GIT_${role}_EMAIL`]: email, [`GIT_${role}_DATE`]: date };
}

function settings(config: string[]): string[] {
  return config.flatMap(entry => ['-c', entry]);
}
