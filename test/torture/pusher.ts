/** Pushes of all sorts to one repository, one after the other, and a record of every ref update that really happened. */
import type { GitRepository } from '../support/git-repository.ts';
import { must } from '../support/run.ts';

export interface Update {
  repository: string;
  ref: string;
  old: string;
  new: string;
  /** Of all pushes to this repository. */
  push: number;
  /** How its hook ended. */
  hook: 'whole' | 'killed' | 'none';
  /** When the push was over, milliseconds since 1970. */
  at: number;
}

export type Random = () => number;

export const ZERO = '0'.repeat(40);
const BRANCHES = ['main', 'dev', 'feature/a', 'feature/ü'].map(name => `refs/heads/${name}`);
const HEAVY = 'refs/heads/heavy';
const WHO = ['-c', 'user.name=Li Si', '-c', 'user.email=li-si@example.com'];
const TAGS = ['v1', 'v2'].map(name => `refs/tags/${name}`);

export class Pusher {
  readonly fullName: string;
  readonly updates: Update[] = [];
  readonly #repository: GitRepository;
  readonly #random: Random;
  #tips = new Map<string, string>();
  #commits = 0;
  #pushes = 0;

  constructor(repository: GitRepository, fullName: string, random: Random) {
    this.#repository = repository;
    this.fullName = fullName;
    this.#random = random;
  }

  /** One push with one to four refs. @param hook `none`: the refs move as if no hook were installed */
  async push(hook: 'watched' | 'none'): Promise<Update[]> {
    const wanted = new Map<string, string>();
    for (let left = 1 + Math.floor(this.#random() ** 2 * 4); left > 0; left--) {
      const ref = this.#pick([...BRANCHES, ...BRANCHES, ...TAGS]);
      wanted.set(ref, await this.#next(ref));
    }
    return this.#send(wanted, hook);
  }

  /** A push whose body is larger than what a socket takes at once. */
  async pushHeavy(): Promise<Update[]> {
    // A branch that is new has no list of commits.
    if (!this.#tips.has(HEAVY))
      await this.#send(new Map([[HEAVY, await this.#commit('light\n', [])]]), 'watched');
    let tip = this.#tips.get(HEAVY);
    for (let left = 5; left > 0; left--) {
      const text = `${this.fullName} ${++this.#commits}\n\n${'heavy\n'.repeat(150_000)}`;
      tip = await this.#commit(text, tip === undefined ? [] : ['-p', tip]);
    }
    return this.#send(new Map([[HEAVY, tip!]]), 'watched');
  }

  async #send(wanted: Map<string, string>, hook: 'watched' | 'none'): Promise<Update[]> {
    const specs = [...wanted].map(([ref, id]) => `+${id === ZERO ? '' : id}:${ref}`);
    // Git's own hook path, so that nothing of ours sees it: as `git update-ref` or a removed hook would be.
    const program = 'git -c core.hooksPath=/dev/null receive-pack';
    const args = hook === 'none' ? ['--receive-pack', program] : [];
    const { work, env, path } = this.#repository;
    await must('git', ['push', '-q', ...args, path, ...specs], { cwd: work, env });
    return this.#look(hook === 'none' ? 'none' : 'whole');
  }

  #pick<T>(list: T[]): T {
    return list[Math.floor(this.#random() * list.length)]!;
  }

  /** A commit of its own for every update: a tip never comes back, so that an announcement names its update. */
  async #next(ref: string): Promise<string> {
    const tip = this.#tips.get(ref);
    if (tip !== undefined && this.#random() < 0.15) return ZERO;
    const forced = ref.startsWith('refs/tags/') || this.#random() < 0.2;
    const message = `${this.fullName} ${++this.#commits}\n`;
    const commit = await this.#commit(message, tip === undefined || forced ? [] : ['-p', `${tip}^{commit}`]);
    if (!ref.startsWith('refs/tags/') || this.#random() < 0.5) return commit;
    const name = `t${this.#commits}`;
    await this.#repository.git(...WHO, 'tag', '-a', '-m', message, name, commit);
    return this.#repository.git('rev-parse', name);
  }

  async #commit(message: string, parents: string[]): Promise<string> {
    const { work, env } = this.#repository;
    const args = [...WHO, 'commit-tree', EMPTY_TREE, ...parents];
    return (await must('git', args, { cwd: work, env, stdin: message })).trim();
  }

  /** What the server's refs say is true, whatever was wanted. */
  async #look(hook: Update['hook']): Promise<Update[]> {
    const lines = (
      await this.#repository.server('for-each-ref', '--format=%(refname) %(objectname)', 'refs')
    ).split('\n');
    const now = new Map(lines.filter(Boolean).map(line => line.split(' ') as [string, string]));
    this.#pushes++;
    const made: Update[] = [];
    for (const ref of new Set([...this.#tips.keys(), ...now.keys()])) {
      const [before, after] = [this.#tips.get(ref) ?? ZERO, now.get(ref) ?? ZERO];
      if (before === after) continue;
      made.push({
        repository: this.fullName,
        ref,
        old: before,
        new: after,
        push: this.#pushes,
        hook,
        at: Date.now(),
      });
    }
    this.#tips = now;
    this.updates.push(...made);
    return made;
  }
}

const EMPTY_TREE = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';
