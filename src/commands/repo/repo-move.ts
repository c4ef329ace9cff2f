/** `belfry repo move`: a repository was moved to another disk and renamed at once, which nobody can see. */
import type { Argv } from 'yargs';
import { scan } from '../../announce/scan.ts';
import { judges } from '../../announce/trust.ts';
import { BelfryError } from '../../errors.ts';
import type { Place } from '../../model/place.ts';
import { placeAt } from '../../repositories/locate-repository.ts';
import type { Store } from '../../store/store.ts';
import { printable } from '../../text/printable.ts';
import type { Args, CommandContext } from '../context.ts';
import { findRepository } from './find-repository.ts';
import { GRACE_MS } from './scan.ts';

export const examples: [string, string][] = [
  ['repo move acme/old acme/new', 'what stands as acme/new now is what was acme/old: webhooks go along'],
  ['repo move acme/old /mnt/git/new.git', 'the same by the path of its directory'],
];

export const options = (yargs: Argv): Argv =>
  yargs
    .positional('old', { type: 'string', demandOption: true, describe: 'its name until now' })
    .positional('new', { type: 'string', demandOption: true, describe: 'its name or its directory now' });

export async function run(argv: Args, context: CommandContext): Promise<number> {
  const store = await context.store();
  const old = await findRepository(argv.old, store);
  const there = await placeAt(old.path, store);
  const place = await findPlace(argv.new, store);
  if (there !== null && there.path !== place.path) {
    throw new BelfryError('conflict', `${old.full_name} still stands at ${old.path}`, {
      hint: 'Move that directory away first, or give its webhooks to the other one: belfry webhook edit ID --repo NAME',
    });
  }
  const row = await store.repositories.move(old.id, place);
  const [settings, spool] = [await context.settings(), await context.spool()];
  const underWay = () => spool.directories(judges(settings, context.now));
  const { refs, deliveries, outcome, note } = await scan(row, {
    store,
    settings,
    now: context.now,
    underWay,
    grace: GRACE_MS,
  });
  await context.wakeWorker();
  if (argv.json) context.json({ ...row, from: old.full_name, refs, deliveries, outcome });
  else {
    context.print(
      `${printable(old.full_name)} is ${printable(row.full_name)} now: ${printable(row.directory)}`,
    );
    context.print(note === null ? `refs that nobody had announced: ${refs}` : printable(note));
  }
  return 0;
}

/** @throws BelfryError `not-found` that says where was looked */
async function findPlace(given: string, store: Store): Promise<Place> {
  const roots = given.startsWith('/') ? [''] : (await store.roots.list()).map(root => `${root}/`);
  const tried = roots.flatMap(root => ['', '.git'].map(end => `${root}${given.replace(/\/+$/, '')}${end}`));
  for (const path of tried) {
    const place = await placeAt(path, store);
    if (place !== null) return place;
  }
  throw new BelfryError('not-found', `${given}: no repository stands there: looked at ${tried.join(', ')}`, {
    hint: 'Give the path of its directory.',
  });
}
