/** A bare repository filled by `git fast-import`: thousands of commits in one process, with any dates and any bytes. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { environment } from '../support/environment.ts';
import { must } from '../support/run.ts';

export interface PlannedCommit {
  /** Indices of earlier commits of the same plan. */
  parents?: number[];
  /** Seconds since 1970. */
  date?: number;
  message?: string | Buffer;
  /** Path to content, or null to delete it. Paths that git would read otherwise come quoted, as git reads them. */
  files?: Record<string, string | null>;
}

export interface BareRepository {
  path: string;
  env: Record<string, string>;
  git(args: string[], stdin?: string | Buffer): Promise<string>;
  /** Makes commits, each on a ref of its own below `refs/planned/`; gives their ids. */
  build(plan: PlannedCommit[]): Promise<string[]>;
  /** Writes an object as it is given, right or wrong; gives its id. */
  object(type: 'commit' | 'tag' | 'blob' | 'tree', content: string | Buffer): Promise<string>;
}

export async function bareRepository(
  dir: string,
  { format = 'sha1', name = 'app.git' }: { format?: 'sha1' | 'sha256'; name?: string } = {},
): Promise<BareRepository> {
  const path = join(dir, name);
  const env = { ...environment(dir), GIT_DIR: path };
  const git = async (args: string[], stdin: string | Buffer = '') =>
    (await must('git', args, { env, cwd: dir, stdin })).replace(/\n$/, '');
  await git(['init', '-q', '--bare', '-b', 'main', `--object-format=${format}`, path]);
  let built = 0;
  return {
    path,
    env,
    git,
    async build(plan) {
      const first = built;
      built += plan.length;
      const marks = join(dir, `${name}.marks`);
      await git(['fast-import', '--quiet', '--force', `--export-marks=${marks}`], stream(plan, first));
      const ids = (await readFile(marks, 'utf8'))
        .trim()
        .split('\n')
        .map(line => line.split(' '));
      const byMark = new Map(ids.map(([mark, id]) => [mark, id!]));
      return plan.map((_, index) => byMark.get(`:${index + 1}`)!);
    },
    object: (type, content) => git(['hash-object', '--literally', '-w', '-t', type, '--stdin'], content),
  };
}

function stream(plan: PlannedCommit[], first: number): Buffer {
  const parts: (string | Buffer)[] = [];
  for (const [
    index,
    { parents = [], date = 1_600_000_000 + index, message = 'Ring\n', files = {} },
  ] of plan.entries()) {
    parts.push(
      `commit refs/planned/${first + index}\nmark :${index + 1}\ncommitter A <a@example.com> ${date} +0000\n`,
    );
    const bytes = Buffer.from(message);
    parts.push(`data ${bytes.length}\n`, bytes, '\n');
    for (const [at, parent] of parents.entries())
      parts.push(`${at === 0 ? 'from' : 'merge'} :${parent + 1}\n`);
    for (const [path, content] of Object.entries(files)) {
      if (content === null) parts.push(`D ${path}\n`);
      else parts.push(`M 100644 inline ${path}\ndata ${Buffer.byteLength(content)}\n${content}\n`);
    }
  }
  return Buffer.concat(parts.map(part => (typeof part === 'string' ? Buffer.from(part) : part)));
}
