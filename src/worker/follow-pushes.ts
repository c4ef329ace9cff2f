/**
 * Tells those pushers who wait what their pushes come to: until every webhook has its first answer, or the time is over.
 * One timer looks for all of them together, and reads of each push only when something was written since the last look:
 * 500 pushers who wait for silent receivers cost two short questions a turn.
 */

import { createOutcomes, type Outcome } from '../host/outcomes.ts';
import type { Settings } from '../settings/settings.ts';
import type { Spool, SpoolFile } from '../spool/spool.ts';
import type { Store } from '../store/store.ts';
import { printable } from '../text/printable.ts';
import { countLines, isAnswered, missingLines, newsLines, shareOut, waitProblem } from './outcome-lines.ts';

/** Each may ask for as many as it likes. The owner's account stands for everybody who pushes through it. */
const MOST_OF_ACCOUNT = 50;
const MOST = 500;
/** Nobody reads more lines, and a push of 10,000 refs would have as many. */
const MOST_DELIVERIES = 100;
/** Often enough that nobody notices; with many it takes longer to read them all. */
const LOOK_MS = 50;
const LOOK_AT_MANY_MS = 250;
const MANY = 20;

export interface FollowDeps {
  home: string;
  store: Pick<Store, 'pushes' | 'deliveries'>;
  spool: Pick<Spool, 'reasonOf'>;
  /** They may change meanwhile. */
  settings: Pick<Settings, 'wait.show'>;
  /** Milliseconds since 1970. */
  now: () => number;
}

interface Followed {
  /** Of its spool file. */
  name: string;
  uid: number;
  until: number;
  outcome: Outcome;
  /** It stands in the database. */
  known: boolean;
  /** Ids of the deliveries that have answered. */
  said: Set<string>;
}

export function followPushes({ home, store, spool, settings, now }: FollowDeps) {
  const outcomes = createOutcomes(home);
  /** By name; null while its file is being made. */
  const followed = new Map<string, Followed | null>();
  /** Names of pushes into excluded repositories. */
  const leftOut = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  let moment = '';
  let turn: Promise<void> = Promise.resolve();

  async function begin(name: string, { uid, push, pushedAt }: SpoolFile): Promise<void> {
    // Counted from the push, as its pusher does.
    const until = Math.min(pushedAt, now()) + push.waitSeconds * 1_000;
    const outcome = until <= now() ? null : await outcomes.open(push.waitToken ?? '', now());
    if (outcome === null) return drop(name);
    const one = { name, uid, until, outcome, known: false, said: new Set<string>() };
    const others = [...followed.values()].filter(other => other !== null);
    if (others.length >= MOST || others.filter(other => other.uid === uid).length >= MOST_OF_ACCOUNT)
      return end(one, ['not waiting: too many pushes wait already (this one is announced anyway)']);
    followed.set(name, one);
    const problem = waitProblem(push.options);
    if (problem !== null) await outcome.say(lines([problem]));
    moment = '';
    schedule();
  }

  function schedule(): void {
    if (followed.size === 0) return;
    timer ??= setTimeout(
      () => {
        timer = undefined;
        turn = look(false).then(schedule);
      },
      followed.size > MANY ? LOOK_AT_MANY_MS : LOOK_MS,
    );
  }

  /** @param last nobody looks again: what is not there now is not waited for */
  async function look(last: boolean): Promise<void> {
    const before = moment;
    // What cannot be read now may be well in a moment.
    const after = await store.deliveries.moment().catch(() => '');
    for (const one of [...followed.values()]) {
      if (one === null) continue;
      const over = last || now() >= one.until;
      if (!over && one.known && after !== '' && after === before) continue;
      await tell(one, over).catch(() => (over ? end(one, []).catch(() => {}) : undefined));
    }
    moment = after;
  }

  /** Says what is new. @param over it is not waited any longer */
  async function tell(one: Followed, over: boolean): Promise<void> {
    const { name, said } = one;
    if (leftOut.has(name))
      return end(one, ['this repository is excluded by repo.exclude: its pushes are not announced']);
    if (!one.known) {
      one.known = await store.pushes.known(name);
      if (one.known && (await store.deliveries.countOfPush(name, MOST_DELIVERIES + 1)) > MOST_DELIVERIES)
        return end(one, [`more than ${MOST_DELIVERIES} deliveries: too many to wait for`]);
    }
    if (!one.known) {
      const reason = await spool.reasonOf(name);
      if (reason !== null) return end(one, [`this push could not be announced: ${reason}`]);
      return over ? end(one, ['not announced yet; it will be']) : undefined;
    }
    const deliveries = await store.deliveries.ofPush(name);
    if (deliveries.length === 0) return end(one, ['no webhook matches this push']);
    const { shown, counted } = shareOut(deliveries, settings['wait.show']);
    const texts = newsLines(shown)
      .filter(({ id }) => !said.has(id))
      .map(({ text }) => text);
    for (const delivery of deliveries) if (isAnswered(delivery)) said.add(delivery.id);
    const rest = () => countLines(counted, shown);
    if (said.size === deliveries.length) return end(one, [...texts, ...rest()]);
    if (over) return end(one, [...texts, ...missingLines(shown), ...rest()]);
    if (texts.length > 0) await one.outcome.say(lines(texts));
  }

  async function end(one: Followed, texts: string[]): Promise<void> {
    drop(one.name);
    try {
      if (texts.length > 0) await one.outcome.say(lines(texts));
    } finally {
      await one.outcome.end();
    }
  }

  function drop(name: string): void {
    followed.delete(name);
    leftOut.delete(name);
  }

  return {
    /** Begins to follow a push whose spool file was read; does nothing for one that is followed already. */
    follow(file: SpoolFile): void {
      if (file.push.waitToken === null || followed.has(file.name)) return;
      followed.set(file.name, null);
      // A full disk: the pusher stops waiting by himself.
      void begin(file.name, file).catch(() => drop(file.name));
    },

    /** Its repository is excluded: its pusher waits no longer. */
    leaveOut({ name }: SpoolFile): void {
      if (followed.has(name)) leftOut.add(name);
    },

    /** Says of all of them what is known now. */
    async stop(): Promise<void> {
      clearTimeout(timer);
      timer = undefined;
      await turn;
      clearTimeout(timer);
      await look(true);
    },
  };
}

function lines(texts: string[]): string {
  return texts.map(text => `belfry: ${printable(text)}\n`).join('');
}
