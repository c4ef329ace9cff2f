/** Waits until every webhook of a push has its first answer, or the time is over; says a line for each. */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isGrouped } from '../kinds/kinds.ts';
import { openSpool } from '../spool/spool.ts';
import type { Outcome, PushDelivery } from '../store/deliveries.ts';
import { openStore } from '../store/store.ts';
import { becomeOwner } from '../system/become-owner.ts';
import { printable } from '../text/printable.ts';

/** Often enough that nobody notices, rarely enough that nothing else does. */
const LOOK_EVERY_MS = 40;

/** @param name of the push's spool file */
export async function waitForPush(
  home: string,
  name: string,
  forMs: number,
  say: (text: string) => void,
): Promise<void> {
  await becomeOwner(home);
  const store = openStore({
    home,
    migrations: join(import.meta.dirname, '../../migrations'),
    grouped: isGrouped,
  });
  const spool = openSpool(join(home, 'spool'));
  const line = (text: string) => say(`belfry: ${printable(text)}\n`);
  const until = Date.now() + forMs;
  const said = new Set<string>();
  try {
    for (;;) {
      const known = await store.pushes.known(name);
      const deliveries = known ? await store.deliveries.ofPush(name) : [];
      const several = new Set(deliveries.map(({ ref }) => ref)).size > 1;
      for (const delivery of deliveries) {
        const news = newsOf(delivery);
        if (news === null || said.has(delivery.id)) continue;
        said.add(delivery.id);
        line(`${host(delivery.webhook)} ${news}${several ? ` (${delivery.ref})` : ''}`);
      }
      if (known && deliveries.length === 0) return line('no webhook wants this push');
      if (known && said.size === deliveries.length) return;
      const bad = (await spool.bad()).find(file => file.name === name);
      if (bad !== undefined) return line(`this push could not be announced: ${bad.reason}`);
      if (Date.now() >= until) {
        for (const { id, webhook } of deliveries)
          if (!said.has(id)) line(`${host(webhook)} has not answered yet`);
        if (!known) line('not announced yet; it will be');
        return;
      }
      await sleep(LOOK_EVERY_MS);
    }
  } finally {
    store.close();
  }
}

/** Null as long as there is something to wait for. */
function newsOf({ state, attempt }: PushDelivery): string | null {
  if (attempt !== null) return `${outcome(attempt)} in ${attempt.durationMs} ms`;
  if (state === 'held') return 'is disabled: it is kept until somebody enables the webhook';
  return state === 'merged' ? 'is told of it in another message' : null;
}

/** `200`, or what went wrong; a robot's 200 may be a refusal. */
function outcome({ status, error, verdict, hint }: Outcome): string {
  if (status === null) return `no answer: ${error ?? 'unknown'}`;
  return verdict === 'ok' ? String(status) : `${status}: ${hint}`;
}

function host(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url;
}
