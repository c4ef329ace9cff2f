/** `belfry repo move` and `remove`: a repository stands elsewhere now, or is gone for good. */

import { scan } from '../../announce/scan.ts';
import { judges } from '../../announce/trust.ts';
import { BelfryError } from '../../errors.ts';
import type { Place } from '../../model/place.ts';
import { placeAt } from '../../repositories/locate-repository.ts';
import type { Store } from '../../store/store.ts';
import { plural } from '../../text/plural.ts';
import { printable } from '../../text/printable.ts';
import { flag } from '../arguments.ts';
import { confirm } from '../confirm.ts';
import type { CommandModule } from '../context.ts';
import { findRepository } from './find-repository.ts';
import { GRACE_MS } from './scan.ts';

export const repoMove: CommandModule = {
  examples: [
    ['repo move acme/old acme/new', 'The former acme/old is now acme/new, with its webhooks'],
    ['repo move acme/old /mnt/git/new.git', 'The same, by the path of its directory'],
  ],
  options: yargs =>
    yargs
      .positional('old', { type: 'string', demandOption: true, describe: 'Its former name' })
      .positional('new', { type: 'string', demandOption: true, describe: 'Its new name or directory' }),
  async run(argv, context) {
    const store = await context.store();
    const old = await findRepository(argv.old, store);
    const there = await placeAt(old.path, store);
    const place = await findPlace(argv.new, store);
    if (there !== null && there.path !== place.path) {
      throw new BelfryError('conflict', `${old.full_name} still exists at ${old.path}`, {
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
    if (argv.json) return context.json({ ...row, from: old.full_name, refs, deliveries, outcome });
    context.print(
      `${printable(old.full_name)} is now ${printable(row.full_name)}: ${printable(row.directory)}`,
    );
    context.print(note === null ? `Recovered refs: ${refs}` : printable(note));
  },
};

/** @throws BelfryError `not-found` that names the places which were tried */
async function findPlace(given: string, store: Store): Promise<Place> {
  const roots = given.startsWith('/') ? [''] : (await store.roots.list()).map(root => `${root}/`);
  const tried = roots.flatMap(root => ['', '.git'].map(end => `${root}${given.replace(/\/+$/, '')}${end}`));
  for (const path of tried) {
    const place = await placeAt(path, store);
    if (place !== null) return place;
  }
  throw new BelfryError('not-found', `${given}: no repository there (tried ${tried.join(', ')})`, {
    hint: 'Give the path of its directory.',
  });
}

export const repoRemove: CommandModule = {
  examples: [
    ['repo remove acme/app', 'Asks first'],
    ['repo remove acme/app --yes', 'For scripts'],
  ],
  options: yargs =>
    yargs.positional('name', { type: 'string', demandOption: true }).option('yes', flag('Do not ask')),
  async run(argv, context) {
    const store = await context.store();
    const row = await findRepository(argv.name, store);
    const name = printable(row.full_name);
    const own = (await store.webhooks.list()).filter(
      ({ scope, active }) => active && scope === `repository:${row.id}`,
    );
    const question = `Forget ${name}${own.length > 0 ? ` and disable ${plural(own.length, 'webhook')}` : ''}?`;
    if (!argv.yes && !(await confirm(question, context))) return 1;
    const there = (await placeAt(row.path, store).catch(() => null)) !== null;
    const webhooks = await store.repositories.remove(row.id, context.now());
    await context.wakeWorker();
    const hint = there
      ? `The directory still exists: the next push makes it known again, unless you remove its hooks: belfry uninstall ${row.path}`
      : null;
    if (argv.json)
      context.json({ id: row.id, full_name: row.full_name, disabled_webhooks: webhooks, note: hint });
    else {
      context.print(`Forgot ${name}; disabled webhooks: ${webhooks.join(', ') || 'none'}`);
      if (hint !== null) context.print(printable(hint));
    }
  },
};
