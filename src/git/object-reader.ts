/**
 * A conversation with one `git cat-file`: questions go in as they arise, answers come in their order. An object that makes
 * git die costs its own answer: the next git goes on behind it.
 */
import { BatchObjects, type BatchAnswer as GitObject } from './batch-objects.ts';
import { gitError } from './git-error.ts';
import { GIT_MS, type GitPlace, type GitProcess, startGit } from './git-process.ts';

/** Why an object cannot be read. */
export class Unread {
  /** What is said of the object. */
  readonly reason: string;
  /** What git has died of; null: it says that there is no such object. */
  readonly cause: Error | null;

  constructor(reason: string, cause: Error | null = null) {
    this.reason = reason;
    this.cause = cause;
  }
}

interface Question {
  name: string;
  keep: number;
  /** How many processes have died over it. */
  deaths: number;
  answer: (answer: GitObject | Unread) => void;
}

/** Processes that may die in one conversation: a repository in which more is broken is given up. */
const DEATHS = 40;
/** Somebody who kills git at random has not named the object that cannot be read. */
const DEATHS_OF_ONE = 2;

export class ObjectReader implements Disposable {
  /** Why it has given up, if it has. */
  failure: Error | null = null;
  /** Whether git has answered anything at all. */
  answered = false;
  readonly #place: GitPlace;
  readonly #contents: boolean;
  readonly #waiting: Question[] = [];
  #unsent: string[] = [];
  /**
   * Git 2.36 and newer (an older one ends at once) answer many questions in one piece. Each answer by itself costs both
   * sides a turn, and 100 commits of a repository of 20,000 files need 1,400 objects.
   */
  #inPieces = true;
  /** How many are sent and not answered. */
  #asked = 0;
  #git: GitProcess | null = null;
  #deaths = 0;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  /** @param what `types`: only what the objects are and how large @param ms in which it gives up */
  constructor(place: GitPlace, what: 'types' | 'contents', ms = GIT_MS) {
    this.#place = place;
    this.#contents = what === 'contents';
    this.within(ms);
  }

  /** Gives up when so many milliseconds are over from now. */
  within(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#giveUp(new Error(`reading it took longer than the ${ms / 1000} s allowed`));
    }, ms);
  }

  /** @param name an object id, or an id with `^{}` behind it @param keep bytes of it that are wanted */
  read(name: string, keep = 0): Promise<GitObject | Unread> {
    return new Promise(answer => {
      const question = { name, keep, deaths: 0, answer };
      if (this.failure !== null || this.#closed) return answer(this.#unread(this.failure));
      this.#waiting.push(question);
      this.#send(name);
    });
  }

  /** Ends git. */
  [Symbol.dispose](): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#git?.kill('nothing more is asked');
  }

  /** What is asked while git is at work goes out in one piece when it has answered all. */
  #send(name: string): void {
    if (this.#unsent.length === 0 && this.#asked === 0) queueMicrotask(() => this.#flush());
    this.#unsent.push(name);
  }

  #flush(): void {
    if (this.failure !== null || this.#closed || this.#unsent.length === 0) return;
    if (this.#git === null) this.#start();
    const names = this.#unsent;
    this.#unsent = [];
    this.#asked = this.#waiting.length;
    const command = this.#contents ? 'contents' : 'info';
    const lines = this.#inPieces ? [...names.map(name => `${command} ${name}`), 'flush'] : names;
    this.#git!.stdin.write(`${lines.join('\n')}\n`, 'latin1');
  }

  #start(): void {
    const [batch, check] = ['--batch', '--batch-check'];
    const mode = this.#inPieces ? ['--batch-command', '--buffer'] : [this.#contents ? batch : check];
    const git = startGit(this.#place, ['cat-file', ...mode]);
    this.#git = git;
    const objects = new BatchObjects(
      this.#contents,
      () => this.#waiting[0]?.keep ?? 0,
      object => this.#answer(object),
    );
    git.stdout.on('data', (chunk: Buffer) => {
      if (this.#git === git) objects.push(chunk);
    });
    git.stdout.on('error', () => {});
    git.end.then(
      ({ status, stderr }) =>
        this.#died(git, gitError('cat-file', this.#place.repository, stderr || `ended by status ${status}`)),
      (error: Error) => this.#died(git, error),
    );
  }

  #answer(object: GitObject | null): void {
    const question = this.#waiting.shift();
    this.answered = true;
    // Who waited for this answer asks on in the same turn.
    if (--this.#asked === 0) queueMicrotask(() => setImmediate(() => this.#flush()));
    question?.answer(object ?? new Unread('is missing from the repository'));
  }

  #died(git: GitProcess, error: Error): void {
    if (this.#git !== git || this.#closed || this.failure !== null) return;
    this.#git = null;
    this.#asked = 0;
    const culprit = this.#waiting[0];
    if (culprit === undefined) return;
    // From now on each answer goes out by itself, and it is known which one is missing.
    const inPieces = this.#inPieces;
    this.#inPieces = false;
    if (++this.#deaths >= DEATHS) {
      this.#giveUp(error);
      return;
    }
    if (!inPieces && ++culprit.deaths >= DEATHS_OF_ONE) {
      this.#waiting.shift();
      culprit.answer(this.#unread(error));
    }
    this.#unsent = this.#waiting.map(({ name }) => name);
    this.#flush();
  }

  #giveUp(error: Error): void {
    if (this.failure !== null || this.#closed) return;
    this.failure = error;
    clearTimeout(this.#timer);
    this.#git?.kill(error.message);
    for (const question of this.#waiting.splice(0)) question.answer(this.#unread(error));
  }

  #unread(error: Error | null): Unread {
    return new Unread(`cannot be read (${error?.message ?? 'nothing more is read'})`, error);
  }
}
