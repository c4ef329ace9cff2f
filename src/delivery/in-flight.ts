/**
 * The requests in flight: when one more may start, and which of them the database is to know of. A few start at a time:
 * more would only wait for each other, each with its body in memory, when receivers are faster than this process.
 */
import type { Job, Settlement } from '../model/job.ts';
import type { createDeliverJob } from './deliver-job.ts';
import type { LocalQueue } from './local-queue.ts';
import { type LocalQueues, lengthOf } from './local-queues.ts';

/** So many start before the answers that have come are read: few enough that their bodies die young. */
const AT_ONE_GO = 32;

export interface InFlightDeps {
  queues: LocalQueues;
  deliverJob: ReturnType<typeof createDeliverJob>;
  now: () => number;
  mayStart: () => boolean;
  /** It is called when some have taken so long that they are to be marked. */
  onLate: () => void;
  onFinished: (queue: LocalQueue, settlement: Settlement) => void;
  /** It is called when the last one has finished and no other one could start. */
  onNone: () => void;
}

export function createInFlight(deps: InFlightDeps) {
  const { queues, deliverJob, now, mayStart, onLate, onFinished, onNone } = deps;
  const lateMarks = createLateMarks(onLate);
  let requests = 0;
  let characters = 0;
  let startsSoon: NodeJS.Immediate | undefined;
  const hasRoom = (queue: LocalQueue) => roomFor({ requests, characters }, queue.resting);

  /** The next ones follow after the answers that have come by then. */
  function start(): void {
    if (queues.start(now(), AT_ONE_GO, hasRoom, go) === AT_ONE_GO) startSoon();
  }

  function startSoon(): void {
    if (startsSoon !== undefined) return;
    startsSoon = setImmediate(() => {
      startsSoon = undefined;
      if (mayStart()) start();
      if (requests === 0) onNone();
    });
  }

  function go(queue: LocalQueue, job: Job): void {
    const length = lengthOf(job);
    requests++;
    characters += length;
    if (!queue.isMarked(job)) lateMarks.started(job.seq);
    void deliverJob(job, queue.limiter).then(settlement => {
      requests--;
      characters -= length;
      lateMarks.finished(job.seq);
      queues.finished(queue, job);
      onFinished(queue, settlement);
      startSoon();
    });
  }

  return {
    start,

    /** True also in the moment between the last answer and the next start. */
    some: (): boolean => requests > 0 || startsSoon !== undefined,

    /** By seq, deliveries to be marked as `sending`. */
    takeLate: lateMarks.take,
  };
}

/** So many may be in flight to all webhooks together: it bounds the sockets, far above what healthy receivers need. */
const MOST_REQUESTS = 4_096;
/**
 * What may be in flight at once, in characters: 1,000 ordinary events, or a few giants. Each body is held several times
 * while it is sent: with its envelope, as bytes, in the socket.
 */
const MOST_CHARACTERS = 6_000_000;
/** This bound is for a webhook that has nothing in flight: 50 others that hang with 300 KB each must not take its turn. */
const MOST_FOR_RESTING = 16_000_000;

/**
 * Whether one more request may go out, beside those in flight to all webhooks together.
 * @param resting whether the webhook has nothing in flight
 */
export function roomFor(inFlight: { requests: number; characters: number }, resting = false): boolean {
  if (inFlight.requests >= MOST_REQUESTS) return false;
  return inFlight.characters < (resting ? MOST_FOR_RESTING : MOST_CHARACTERS);
}

/** At its second tick a request is late: that is longer than a receiver nearby takes, and sooner than a person looks. */
const TICK_MS = 60;

/**
 * Requests that the database does not know to be in flight: most are answered before anybody could look, and to mark each
 * would double what is written. Those that take longer are marked, so that `belfry deliveries` shows them as `sending`.
 * @param onLate called when some are to be marked
 */
export function createLateMarks(onLate: () => void) {
  let fresh = new Set<number>();
  let older = new Set<number>();
  const due = new Set<number>();
  let timer: NodeJS.Timeout | undefined;

  function tick(): void {
    for (const seq of older) due.add(seq);
    older = fresh;
    fresh = new Set();
    timer = older.size > 0 ? setTimeout(tick, TICK_MS) : undefined;
    if (due.size > 0) onLate();
  }

  return {
    /** @param seq of a delivery that is not marked */
    started(seq: number): void {
      fresh.add(seq);
      if (timer === undefined) timer = setTimeout(tick, TICK_MS);
    },

    finished(seq: number): void {
      for (const some of [fresh, older, due]) some.delete(seq);
    },

    /** Gives those to be marked, and forgets them. */
    take(): number[] {
      const taken = [...due];
      due.clear();
      return taken;
    },
  };
}
