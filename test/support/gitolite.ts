/**
 * Debian's gitolite3 in a home of its own. Who pushes starts gitolite-shell as sshd does it for a key of `authorized_keys`: with
 * the login as its argument, and what the client wants in the environment.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { environment } from './environment.ts';
import { must, type Ran, run } from './run.ts';

const SHELL = '/usr/share/gitolite3/gitolite-shell';

export interface Gitolite {
  home: string;
  /** Where its repositories are. */
  base: string;
  /** `hooks/common`. */
  common: string;
  env: Record<string, string>;
  /** Runs `gitolite …` on the server. */
  run(...args: string[]): Promise<string>;
  /** A clone with a commit of these files on top. */
  clone(repository: string, as: string): Promise<Clone>;
  /** Replaces the rules behind those of gitolite-admin, and adds files, by a push of the admin's. */
  rules(conf: string, files?: Record<string, string>): Promise<void>;
  /** Adds lines to `%RC` in ~/.gitolite.rc. */
  configure(lines: string): Promise<void>;
  /** Takes the comment sign from a line of `ENABLE` there. */
  enable(feature: string): Promise<void>;
}

export interface Clone {
  git(...args: string[]): Promise<string>;
  commit(files: Record<string, string>): Promise<string>;
  /** @param env what sshd lets through */
  push(
    refs: string[],
    options?: { as?: string; args?: string[]; env?: Record<string, string> },
  ): Promise<Ran>;
}

/** `dir` is a directory of the test. The admin's login is `admin`. */
export async function gitolite(dir: string): Promise<Gitolite> {
  const env = environment(dir, { USER: 'git', LOGNAME: 'git' });
  const home = env.HOME!;
  const base = join(home, 'repositories');
  // What gitolite makes has the branch that its own hook waits for.
  await writeFile(join(home, '.gitconfig'), '[init]\n\tdefaultBranch = master\n');
  const client = join(dir, 'as-sshd');
  await writeFile(
    client,
    `#!/bin/sh
login=$1 command=$3
[ -z "$SOC_PREFIX" ] || command="$SOC_PREFIX$command"
exec env -i PATH="$PATH" HOME='${home}' USER=git LANG=C.UTF-8 GIT_CONFIG_NOSYSTEM=1 \${LET_THROUGH} \\
  SSH_CONNECTION='192.0.2.1 1 192.0.2.2 22' SSH_ORIGINAL_COMMAND="$command" ${SHELL} "$login"
`,
    { mode: 0o755 },
  );
  const people = { NAME: 'A Person', EMAIL: 'person@example.com' };
  const author = Object.fromEntries(
    Object.entries(people).flatMap(([key, value]) => [
      [`GIT_AUTHOR_${key}`, value],
      [`GIT_COMMITTER_${key}`, value],
    ]),
  );
  const clientEnv = (login: string) => ({
    ...environment(dir, author),
    HOME: join(dir, 'nobody'),
    GIT_SSH_COMMAND: `'${client}' ${login}`,
    GIT_SSH_VARIANT: 'simple',
  });
  let clones = 0;
  const clone: Gitolite['clone'] = async (repository, as) => {
    const work = join(dir, `clone-${++clones}`);
    const git = async (...args: string[]) =>
      (await must('git', args, { cwd: work, env: clientEnv(as) })).trim();
    await must('git', ['clone', '-q', `git@server:${repository}`, work], { env: clientEnv(as) });
    return {
      git,
      async commit(files) {
        for (const [name, text] of Object.entries(files)) {
          await mkdir(join(work, name, '..'), { recursive: true });
          await writeFile(join(work, name), text);
        }
        await git('add', '-A');
        await git('commit', '-q', '--allow-empty', '-m', 'A change');
        return git('rev-parse', 'HEAD');
      },
      push: (refs, { as: login = as, args = [], env: more = {} } = {}) =>
        run('git', ['push', ...args, 'origin', ...refs], {
          cwd: work,
          env: { ...clientEnv(login), ...more },
        }),
    };
  };
  await must('gitolite', ['setup', '-a', 'admin'], { env });
  const admin = 'repo gitolite-admin\n    RW+ = admin\n';
  return {
    home,
    base,
    common: join(home, '.gitolite/hooks/common'),
    env,
    run: (...args) => must('gitolite', args, { env, cwd: home }),
    clone,
    async rules(conf, files = {}) {
      const one = await clone('gitolite-admin', 'admin');
      await one.commit({ 'conf/gitolite.conf': `${admin}\n${conf}`, ...files });
      const pushed = await one.push(['HEAD:master']);
      if (pushed.status !== 0) throw new Error(pushed.stderr);
    },
    configure: lines => edit(home, '%RC = (\n', `%RC = (\n${lines}\n`),
    enable: feature => edit(home, `# '${feature}',`, `'${feature}',`),
  };
}

async function edit(home: string, from: string, to: string): Promise<void> {
  const file = join(home, '.gitolite.rc');
  const text = await readFile(file, 'utf8');
  if (!text.includes(from)) throw new Error(`wanted ${from} in ${file}`);
  await writeFile(
    file,
    text.replace(from, () => to),
  );
}
