/**
 * Starts git under bounds. A pusher decides what git has to read, and fifteen objects can make it work for ever or take all
 * memory: so every git has a process group of its own, which is killed when its time is over, and limits that the kernel
 * keeps even when the process that started it is gone.
 */
// long: one process from its start to its end: its bounds, its clock, and what it died of.
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { statSync } from 'node:fs';
import { gitEnvironment, STEADY_CONFIG } from './git-environment.ts';
import { gitError, NoGitError } from './git-error.ts';
import { ownerMark } from './git-owner.ts';
import { currentWatch, isFromOutside, isPassing, saysPassing, type Watch } from './passing-trouble.ts';
import { spawnProcess } from './spawn-process.ts';

/** The repository that git works on, and where git itself is found. */
export interface GitPlace {
  /** Absolute path of the git directory; null for commands that need none. */
  repository: string | null;
  /** PATH; by default the system's directories. */
  path?: string | undefined;
  /** Where git reads its settings instead, see `object-view.ts`. */
  view?: string;
}

export interface GitOptions {
  /** How long git may keep us waiting, milliseconds; the time that the reader of its output takes does not count. */
  ms?: number;
  /** It makes objects or moves refs: in belfry's name, and readable for those who can read the repository. */
  writes?: boolean;
}

/** Ordinary commands take milliseconds; what takes a minute is broken, hangs, or was made to. */
export const GIT_MS = 60_000;

/** Seconds that git may compute. It ends one whose starter was killed and cannot look at the clock any more. */
const CPU_SECONDS = 90;

/**
 * RLIMIT_DATA: what git allocates, without the packs that it maps. Measured with git 2.39: `rev-list --parents` of 500,000
 * commits dies with 40 MiB and works with 60; a commit of 200 MB is read within this bound.
 */
export const DATA_KIB = 1024 * 1024;

/** dash and busybox know both limits. It costs 1 to 2 ms of the 5 to 10 ms of a process, on a busy machine with two cores. */
const SCRIPT = `{ ulimit -d ${DATA_KIB}; ulimit -t ${CPU_SECONDS}; } 2>/dev/null; exec git "$@"`;

/** A process that hangs in the kernel does not even die; we go on without it. */
const DYING_MS = 2_000;

export interface GitEnd {
  status: number | null;
  stderr: string;
}

export class GitProcess {
  readonly stdin: ChildProcessWithoutNullStreams['stdin'];
  readonly stdout: ChildProcessWithoutNullStreams['stdout'];
  /** How git ended. @throws BelfryError `git` when it could not be started, or something ended it */
  readonly end: Promise<GitEnd>;
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #command: string;
  readonly #repository: string | null;
  readonly #ms: number;
  #close: (status: number | null, signal: string | null) => void = () => {};
  #left: number;
  #timer: NodeJS.Timeout | undefined;
  #startedAt = 0;
  #stderr = '';
  #killedFor: string | null = null;
  #gone = false;
  readonly #watch: Watch | undefined = currentWatch();

  constructor(child: ChildProcessWithoutNullStreams, command: string, place: GitPlace, ms: number) {
    this.#child = child;
    this.#command = command;
    this.#repository = place.repository;
    this.#ms = ms;
    this.#left = ms;
    this.stdin = child.stdin;
    this.stdout = child.stdout;
    child.stderr.on('data', (chunk: Buffer) => {
      // The start of what git says; a broken repository can make it say much.
      if (this.#stderr.length < 4096) this.#stderr += chunk.toString('utf8');
    });
    // Git that ends early breaks the pipe; its exit status says why.
    child.stdin.on('error', () => {});
    this.end = new Promise((resolve, reject) => {
      child.once('error', error => {
        this.#stop();
        const failure = gitError(command, place.repository, error.message, error);
        if (isPassing(error)) this.#note(failure);
        reject(failure);
      });
      this.#close = (status, signal) => {
        this.#stop();
        const error = this.#failure(status, signal);
        if (error === null) resolve({ status, stderr: this.#stderr.slice(0, 4096) });
        else reject(error);
      };
      child.once('close', this.#close);
    });
    // Who stops early does not ask for it.
    this.end.catch(() => {});
  }

  get killed(): boolean {
    return this.#killedFor !== null;
  }

  /** From now on git is waited for. */
  startClock(): void {
    if (this.#gone || this.#timer !== undefined) return;
    this.#startedAt = performance.now();
    this.#timer = setTimeout(
      () => this.kill(`it took longer than the ${this.#ms / 1000} s allowed`),
      this.#left,
    );
  }

  /** Git is not what is waited for. */
  stopClock(): void {
    if (this.#timer === undefined) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#left = Math.max(this.#left - (performance.now() - this.#startedAt), 0);
  }

  /** Ends git and all that it has started. @param reason what its error says of it */
  kill(reason: string): void {
    if (this.#gone) return;
    this.#killedFor ??= reason;
    try {
      // The group has the id of its first process.
      process.kill(-this.#child.pid!, 'SIGKILL');
    } catch {
      this.#child.kill('SIGKILL');
    }
    setTimeout(this.#close, DYING_MS, null, 'SIGKILL').unref();
    this.stdin.destroy();
    this.stdout.destroy();
    this.#child.stderr.destroy();
  }

  #stop(): void {
    this.#gone = true;
    this.stopClock();
  }

  #note(error: Error): Error {
    if (this.#watch !== undefined) this.#watch.passed ??= error;
    return error;
  }

  #failure(status: number | null, signal: string | null): Error | null {
    const fail = (why: string) => gitError(this.#command, this.#repository, why);
    if (this.#killedFor !== null) return fail(`it was ended: ${this.#killedFor}`);
    if (signal === 'SIGXCPU') return fail(`it computed for more than the ${CPU_SECONDS} s allowed`);
    if (signal !== null) {
      const error = fail(this.#stderr || `ended by ${signal}`);
      return isFromOutside(signal) ? this.#note(error) : error;
    }
    if (status !== 0 && saysPassing(this.#stderr)) this.#note(fail(this.#stderr));
    // The shell's words for a program that is not on the PATH.
    if (status === 127) return new NoGitError();
    if (status !== 0 && OUT_OF_MEMORY.test(this.#stderr))
      return fail(`it needs more than the ${DATA_KIB / 1024} MiB of memory allowed: ${this.#stderr}`);
    return null;
  }
}

const OUT_OF_MEMORY = /out of memory|cannot allocate memory/i;

export function startGit(
  place: GitPlace,
  args: readonly string[],
  { ms = GIT_MS, writes = false }: GitOptions = {},
): GitProcess {
  const { repository } = place;
  const settings = writes && repository !== null ? [modeSetting(repository)] : [];
  const config = [...STEADY_CONFIG, ...settings].flatMap(setting => ['-c', setting]);
  const child = spawnProcess('/bin/sh', ['-c', SCRIPT, 'git', ...config, ...args], {
    // The repository is named by GIT_DIR; its directory as the working directory may be one we cannot enter.
    cwd: '/',
    env: {
      ...gitEnvironment(repository, place.path, place.view),
      ...(writes ? BELFRY_AS_PERSON : {}),
      ...ownerMark(),
    },
    detached: true,
  });
  return new GitProcess(child, args[0] ?? '', place, ms);
}

/** Trial merges need an author; so does a reflog, where one is kept. */
const BELFRY_AS_PERSON = {
  GIT_AUTHOR_NAME: 'belfry',
  GIT_AUTHOR_EMAIL: 'belfry@localhost',
  GIT_COMMITTER_NAME: 'belfry',
  GIT_COMMITTER_EMAIL: 'belfry@localhost',
};

/**
 * The worker's umask lets nobody else read what it writes. What it writes into a repository is for those who can read
 * the repository.
 */
function modeSetting(repository: string): string {
  let mode = 0o755;
  try {
    mode = statSync(repository).mode;
  } catch {
    // Git itself says what is wrong with it.
  }
  return `core.sharedRepository=0${((mode & 0o666) | 0o600).toString(8)}`;
}
