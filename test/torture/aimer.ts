/** Chooses the next kill: the step that was killed at least often so far, by what was seen in earlier runs. */
import type { Random } from './pusher.ts';
import { aims, type Kill, type Plan, type Role, STEPS } from './steps.ts';

export interface Aim {
  /** Null: nothing is known as yet. */
  step: string | null;
  plan: Plan;
}

/** Counts differ from run to run: several of them are remembered, and of each only some. */
const KEPT = 60;
const KEPT_OF_ONE = 12;

/** How often a life is only looked at, as long as there are steps that were never seen. */
const LOOK_ONLY = 0.1;

/** A kill that never comes (strace counts no further): the whole life is seen. */
const NEVER: Plan = { call: 'fsync', when: 65_535 };

/** Which thread removes it nobody knows, and each counts for itself: so only calls on these two files are counted. */
const PID_FILE = 'worker: about to remove its pid file';
const AT_PID_FILE: Plan = { call: 'unlink', when: 1, only: ['worker.lock', 'worker.pid'] };

export class Aimer {
  readonly kills = new Map(STEPS.map(step => [step, 0]));
  readonly #random: Random;
  readonly #tries = new Map<string, number>();
  readonly #plans = new Map<string, Map<string, Plan[]>>();

  constructor(random: Random) {
    this.#random = random;
  }

  /** @param whose those with one name behave alike */
  choose(role: Role, whose: string): Aim {
    const known = this.#plans.get(whose) ?? new Map<string, Plan[]>();
    const all = STEPS.filter(step => step.startsWith(`${role}:`));
    const unknown = known.size === 0 || (!all.every(step => known.has(step)) && this.#random() < LOOK_ONLY);
    if (unknown) return { step: null, plan: NEVER };
    const plans = role === 'worker' ? new Map(known).set(PID_FILE, [AT_PID_FILE]) : known;
    const least = Math.min(...[...plans.keys()].map(step => this.#weight(step)));
    const step = this.#pick([...plans.keys()].filter(one => this.#weight(one) === least));
    this.#tries.set(step, (this.#tries.get(step) ?? 0) + 1);
    // What comes earlier is come to more surely.
    const [one, other] = [this.#pick(plans.get(step)!), this.#pick(plans.get(step)!)];
    return { step, plan: one.when < other.when ? one : other };
  }

  learn(role: Role, whose: string, trace: string): void {
    const known = this.#plans.get(whose) ?? new Map<string, Plan[]>();
    for (const [step, plans] of aims(role, trace)) {
      const some =
        plans.length <= KEPT_OF_ONE ? plans : plans.filter(() => this.#random() < KEPT_OF_ONE / plans.length);
      known.set(step, [...some, ...(known.get(step) ?? [])].slice(0, KEPT));
    }
    for (const [step, plans] of known) if (plans.length === 0) known.delete(step);
    this.#plans.set(whose, known);
  }

  count(kill: Kill | null): void {
    if (kill !== null) this.kills.set(kill.step, (this.kills.get(kill.step) ?? 0) + 1);
  }

  /** Steps that nothing was killed at. */
  missed(): string[] {
    return [...this.kills].filter(([, times]) => times === 0).map(([step]) => step);
  }

  /** What is hard to hit must not be all that is aimed at. */
  #weight(step: string): number {
    return this.kills.get(step)! + (this.#tries.get(step) ?? 0) / 3;
  }

  #pick<T>(list: T[]): T {
    return list[Math.floor(this.#random() * list.length)]!;
  }
}
