/**
 * Draining a queue of 2 kB deliveries, from the first request at the receiver until the last result is durable. The same
 * number of requests at once for everybody (belfry's setting: 8 for each webhook), all signed alike, all results kept.
 */
import { drainBelfry } from '../parts/drain-belfry.ts';
import { CEILING, drainPeer, missing, PEER_PROGRAMS, type PeerProgram } from '../parts/drain-peer.ts';
import type { Line, Row } from '../parts/line.ts';
import { median } from '../parts/numbers.ts';
import { openReceiver } from '../parts/receiver.ts';
import type { Workshop } from '../parts/workshop.ts';

/** Of what undici sends with no queue and no results. */
const BAR = 0.6;
/** A burst as it comes, and one in which every program has long been warm. `lead`: over the fastest peer. */
const SIZES = [
  { deliveries: 10_000, lead: 1.05 },
  { deliveries: 100_000, lead: 1.25 },
];
/** `delivery.concurrency` as it is unless somebody sets it. */
const PER_ENDPOINT = 8;
const ENDPOINTS = [1, 100];
/** Everybody in turn: a shared machine has slow minutes. */
const RUNS = 3;

export const drain: Row = {
  name: 'drain',
  about: '10,000 and 100,000 pending deliveries, to 1 and to 100 endpoints',
  async run(workshop) {
    const sizes = workshop.quick ? SIZES.slice(0, 1) : SIZES;
    const runs = workshop.quick ? 1 : RUNS;
    const peers: PeerProgram[] = [];
    for (const peer of PEER_PROGRAMS) {
      const why = await missing(workshop, peer);
      if (why === null) peers.push(peer);
      else workshop.leaveOut(why);
    }
    const contenders = [CEILING, null, ...peers];
    const bar = workshop.progress(
      'drain: queues',
      sizes.length * ENDPOINTS.length * runs * contenders.length,
    );
    const lines: Line[] = [];
    for (const { deliveries, lead } of sizes) {
      for (const endpoints of ENDPOINTS) {
        const rates: Rates = new Map(contenders.map(peer => [peer, []]));
        for (let run = 0; run < runs; run++) {
          for (const peer of contenders) {
            rates.get(peer)!.push(await rateOf(workshop, peer, endpoints, deliveries));
            bar.step();
          }
        }
        const what = `draining ${deliveries.toLocaleString('en')} deliveries, ${endpoints} endpoint${endpoints > 1 ? 's' : ''}`;
        lines.push(...contenders.map(peer => toLine(what, peer, rates, lead)));
      }
    }
    bar.done();
    return lines;
  },
};

/** Deliveries in a second. @param peer null: belfry */
async function rateOf(
  workshop: Workshop,
  peer: PeerProgram | null,
  endpoints: number,
  deliveries: number,
): Promise<number> {
  const receiver = await openReceiver(workshop, { endpoints });
  const concurrency = PER_ENDPOINT * endpoints;
  const drainedAt =
    peer === null
      ? await drainBelfry(workshop, receiver.urls, deliveries)
      : await drainPeer(workshop, peer, { urls: receiver.urls, deliveries, concurrency });
  const { firstAt, different, wrongSize } = await receiver.look();
  await receiver.close();
  if (different !== deliveries || wrongSize > 0) {
    throw new Error(
      `wanted ${deliveries} different deliveries at the receiver, got ${different}, ${wrongSize} cut`,
    );
  }
  return deliveries / ((drainedAt - firstAt!) / 1_000);
}

/** Deliveries in a second, of each run. Null: belfry. */
type Rates = Map<PeerProgram | null, number[]>;

function toLine(what: string, peer: PeerProgram | null, rates: Rates, lead: number): Line {
  const rate = median(rates.get(peer)!);
  const share = rate / median(rates.get(CEILING)!);
  const others = [...rates].filter(([other]) => other !== CEILING && other !== null);
  const fastest = Math.max(...others.map(([, theirs]) => median(theirs)));
  const ahead = rate / fastest;
  const againstPeers = peer === null && others.length > 0 ? `, ${ahead.toFixed(2)} × the fastest peer` : '';
  return {
    what,
    which: peer?.which ?? 'belfry',
    runs: rates.get(peer)!.length,
    median: rate,
    p95: null,
    unit: '/s',
    against: peer === CEILING ? 'the ceiling' : `${Math.round(share * 100)} % of the ceiling${againstPeers}`,
    bar: peer === null ? `≥ ${BAR * 100} % of the ceiling, ≥ ${lead} × the fastest peer` : '',
    met: peer === null ? share >= BAR && (others.length === 0 || ahead >= lead) : null,
  };
}
