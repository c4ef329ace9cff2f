/**
 * The requests that are on their way: begun where there is room, a few at a time. More would only wait for each other, each
 * with its body in memory, when the receivers are faster than this process.
 */
import type { Job, Settlement } from '../model/job.ts';
import type { createDeliverJob } from './deliver-job.ts';
import { type AnyLine, isMarked, type Lines, lengthOf } from './lines.ts';
import { RobotLine } from './robots/robot-line.ts';
import { roomFor } from './room-for.ts';
import { createUnderWay } from './under-way.ts';

/** Begun before answers are looked at again: few enough that their bodies die young. */
const AT_ONE_GO = 32;

export interface RequestsDeps {
  lines: Lines;
  deliverJob: ReturnType<typeof createDeliverJob>;
  now: () => number;
  /** True while nothing more is to go out. */
  held: () => boolean;
  /** Called when some have taken so long that they are to be marked. */
  late: () => void;
  answered: (line: AnyLine, settlement: Settlement) => void;
}

export function createRequests({ lines, deliverJob, now, held, late, answered }: RequestsDeps) {
  const underWay = createUnderWay(late);
  let requests = 0;
  let characters = 0;
  let beginning = false;
  const hasRoom = (line: AnyLine) => roomFor({ requests, characters }, line.resting);

  /** Begins some; the next ones follow after the answers that have come by then. */
  function begin(): void {
    if (lines.start(now(), AT_ONE_GO, hasRoom, go) === AT_ONE_GO) beginSoon();
  }

  function beginSoon(): void {
    if (beginning) return;
    beginning = true;
    setImmediate(() => {
      beginning = false;
      if (!held()) begin();
    });
  }

  function go(line: AnyLine, job: Job): void {
    const length = lengthOf(job);
    requests++;
    characters += length;
    if (!isMarked(line, job)) underWay.began(job.seq);
    void deliverJob(job, line instanceof RobotLine ? line.gate : null).then(settlement => {
      requests--;
      characters -= length;
      underWay.ended(job.seq);
      lines.finished(line, job);
      answered(line, settlement);
      if (!held()) beginSoon();
    });
  }

  return {
    begin,

    some: (): boolean => requests > 0,

    /** By seq, deliveries to be marked as under way. */
    takeLate: underWay.take,
  };
}
