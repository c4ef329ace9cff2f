/**
 * What completion asks at a press of the Tab key: `belfry --complete KIND [--home DIR]`, a line for each candidate, with a word on
 * what it is behind a tab. It stands in no help, loads no more than it needs, and whatever is wrong, there are none.
 */
import { join } from 'node:path';
import { requireHome } from '../../host/home.ts';
import { becomeOwner } from '../../host/home-owner.ts';
import { openSpool } from '../../spool/spool.ts';
import { openStore } from '../../store/sqlite.ts';
import type { Store } from '../../store/store.ts';
import { moment } from '../../text/moment.ts';
import { printable } from '../../text/printable.ts';
import { findHome } from '../which-home.ts';

type Candidate = [value: string, what: string];

/** Nobody looks through more, and the newest come first. */
const MOST = 200;

const KINDS: Record<string, (store: Store, home: string) => Promise<Candidate[]>> = {
  async repositories(store) {
    return (await store.repositories.list()).map(row => [row.full_name, row.directory]);
  },
  async companies(store) {
    return (await store.repositories.companies()).map(name => [name, 'company']);
  },
  async webhooks(store) {
    return (await store.webhooks.list()).map(({ id, name, url_masked: url }) => [
      String(id),
      name === '' ? url : `${name}, ${url}`,
    ]);
  },
  async deliveries(store) {
    return (await store.deliveries.list({ limit: MOST })).map(row => [
      row.id,
      `${row.state}, ${row.event} of ${row.repository}, ${moment(row.created_at)}`,
    ]);
  },
  async pushes(store, home) {
    const spool = openSpool(join(home, 'spool'));
    const logged = await store.pushes.list({ since: 0, limit: MOST });
    return [
      ...(await spool.bad()).map(({ name }): Candidate => [name, 'quarantined']),
      ...(await spool.waiting()).map((name): Candidate => [name, 'waiting']),
      ...logged.map((push): Candidate => [push.id, `${push.repository}, ${moment(push.pushed_at)}`]),
    ];
  },
  async users(store) {
    return (await store.users.list()).map(({ login, name }) => [login, name]);
  },
};

/** Gives the exit status, which is always 0. */
export async function main(process: NodeJS.Process): Promise<number> {
  try {
    const [kind = '', option, named] = process.argv.slice(3);
    const list = Object.hasOwn(KINDS, kind) ? KINDS[kind]! : async () => [];
    const isRoot = process.geteuid?.() === 0;
    const home = findHome(option === '--home' ? named : undefined, process.env, isRoot);
    await becomeOwner(home);
    await requireHome(home);
    const store = openStore({
      home,
      migrations: join(import.meta.dirname, '../../../migrations'),
      opening: 'use',
    });
    try {
      const lines = (await list(store, home))
        // What a pusher has named must not reach the terminal of whoever presses Tab.
        .filter(([value]) => value !== '' && printable(value) === value)
        .map(([value, what]) => `${value}\t${printable(what)}\n`);
      process.stdout.write(lines.join(''));
    } finally {
      store.close();
    }
  } catch {
    // There is no home, or it is somebody else's.
  }
  return 0;
}
