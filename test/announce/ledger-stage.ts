/** A clockwork whose repository has its baseline, and what tests of the ledger do to it behind the hooks' back. */

import { utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Test } from 'tap';
import { type Scanned, scan } from '../../src/announce/scan.ts';
import { judges } from '../../src/announce/trust.ts';
import type { Repository } from '../../src/model/repository.ts';
import { openSpool } from '../../src/spool/spool.ts';
import { register } from '../store/samples.ts';
import { type Clockwork, clockwork } from '../support/clockwork.ts';

export const ZERO = '0'.repeat(40);

export interface LedgerStage extends Clockwork {
  row: Repository;
  scan(): Promise<Scanned>;
  /** The ledger: ref to tip. */
  ledger(): Promise<Record<string, string>>;
  /** Hands over what a hook would have written. @param at time of the push, seconds after the stage was made */
  spool(
    name: string,
    updates: [old: string, now: string, ref: string][],
    at: number,
    folder?: 'tmp' | 'new',
  ): Promise<void>;
  /** What the receiver was told, in order: ref, before, after. */
  told(count: number): Promise<[string, string, string][]>;
}

export async function ledgerStage(t: Test): Promise<LedgerStage> {
  const works = await clockwork(t);
  await works.webhook('/hook');
  const row = await register(works.store, works.repository.path, works.now());
  const spool = openSpool(join(works.home, 'spool'));
  return {
    ...works,
    row,
    scan: () =>
      scan(row, {
        ...works,
        log: () => {},
        underWay: () => spool.directories(judges(works.settings, works.now)),
        grace: 1,
      }),
    async ledger() {
      const entries = await works.store.ledger.page(row.id, '', 1_000);
      return Object.fromEntries(entries.map(({ ref, tip }) => [ref, tip]));
    },
    async spool(name, updates, at, folder = 'new') {
      const lines = updates.map(update => `${update.join(' ')}\n`).join('');
      const file = join(works.home, 'spool', folder, name);
      await writeFile(file, `belfry-push 1\ndirectory ${works.repository.path}\nhook 1\n\n${lines}`);
      const time = works.now() / 1_000 + at;
      await utimes(file, time, time);
    },
    async told(count) {
      await works.rest();
      await works.receiver.received(count);
      return works.receiver.requests.map(({ body }) => {
        const { ref, before, after } = JSON.parse(body.toString('utf8'));
        return [ref, before, after];
      });
    },
  };
}
