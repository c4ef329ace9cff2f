/** The lines of all webhooks that have something due: whom to claim for, and what may go out now. */
import { isGrouped } from '../kinds/kinds.ts';
import { mergeWaiting } from '../robots/merge-waiting.ts';
import { minuteAllowance } from '../robots/pace.ts';
import type { Settings } from '../settings/settings.ts';
import type { Claim, Job } from '../store/claim.ts';
import type { Store } from '../store/store.ts';
import { createGates } from './gate.ts';
import { Line } from './line.ts';
import { RobotLine } from './robot-line.ts';
import type { Targets } from './targets.ts';

export type AnyLine = Line | RobotLine;
export type Lines = ReturnType<typeof createLines>;

export function createLines(store: Store, targets: Targets, settings: Settings) {
  const lines = new Map<number, AnyLine>();
  const woken = new Set<number>();
  const gateOf = createGates(store);

  async function makeLine(webhookId: number): Promise<AnyLine> {
    const target = await targets.get(webhookId);
    if (target === null || 'problem' in target || !isGrouped(target.kind)) {
      return new Line(webhookId, settings['delivery.concurrency']);
    }
    return new RobotLine(webhookId, await gateOf(target.kind, target.url));
  }

  /** When a robot has more waiting than a minute allows, or was blocked for long, its messages become fewer. */
  async function mergeBacklog(line: RobotLine, now: number): Promise<void> {
    const { kind, pace } = line.gate;
    const most = pace.digestNext ? 1 : minuteAllowance(kind);
    if ((await store.robots.backlog(line.webhookId, now)) <= most) return;
    const waiting = await store.robots.waiting(line.webhookId, now);
    await store.robots.merge(mergeWaiting(kind, pace, waiting), now);
  }

  function wanted(now: number): Claim[] {
    return [...lines.values()].flatMap(line => line.claim(now) ?? []);
  }

  return {
    /** These webhooks may have something due. */
    wake(webhookIds: Iterable<number>): void {
      for (const id of webhookIds) woken.add(id);
    },

    /** What to claim, after the robots' backlogs are merged. */
    async claims(now: number): Promise<Claim[]> {
      for (const id of woken) {
        const line = lines.get(id) ?? (await makeLine(id));
        // Only now: had the line not been made, nobody would look for its first attempts again.
        woken.delete(id);
        line.wake();
        lines.set(id, line);
      }
      for (const line of lines.values()) {
        if (line instanceof RobotLine && line.claim(now) !== null) await mergeBacklog(line, now);
      }
      return wanted(now);
    },

    /** True when a turn would claim something. */
    hungry(now: number): boolean {
      if (woken.size > 0) return true;
      for (const line of lines.values()) if (line.claim(now) !== null) return true;
      return false;
    },

    /** Hands claimed jobs to their lines. */
    shareOut(claims: Claim[], jobs: Job[]): void {
      const byWebhook = Map.groupBy(jobs, job => job.webhookId);
      for (const claim of claims)
        lines.get(claim.webhookId)?.add(claim, byWebhook.get(claim.webhookId) ?? []);
    },

    /** Starts what may go out now, as long as there is room; forgets lines that have nothing left. */
    start(now: number, room: () => boolean, go: (line: AnyLine, job: Job) => void): void {
      for (const [id, line] of lines) {
        while (room()) {
          const job = line.next(now);
          if (job === null) break;
          go(line, job);
        }
        if (line.idle) lines.delete(id);
      }
    },

    /** When the first robot's gate opens for what waits behind it; null when none waits. */
    opensAt(now: number): number | null {
      const times = [...lines.values()].flatMap(line => line.wakeAt(now) ?? []);
      return times.length === 0 ? null : Math.min(...times);
    },

    /** Hands back what was claimed and not sent. @param webhookIds null: all */
    drain(webhookIds: number[] | null): Job[] {
      return (webhookIds ?? [...lines.keys()]).flatMap(id => lines.get(id)?.drain() ?? []);
    },

    /** The webhooks that have one. */
    ids: (): number[] => [...lines.keys()],
  };
}
