/** `belfry scan`: what no hook announced is announced now. */
import type { Argv } from 'yargs';
import { type NotInstalled, newInstaller } from '../../announce/install-new.ts';
import type { InstalledRepository } from '../../announce/install-repository.ts';
import { OUTCOME_WORDS, type Scanned, scan } from '../../announce/scan.ts';
import { scanEach } from '../../announce/scan-all.ts';
import { surveyRoots } from '../../announce/survey-roots.ts';
import { judges } from '../../announce/trust.ts';
import { BelfryError } from '../../errors.ts';
import { seeAgain } from '../../repositories/register-repository.ts';
import { plural } from '../../text/plural.ts';
import { rootRefusal } from '../../worker/root-refuses.ts';
import { text } from '../arguments.ts';
import type { Args, CommandContext } from '../context.ts';
import { progress } from '../progress.ts';
import { findRepository } from './find-repository.ts';

export const examples: [string, string][] = [
  ['scan', 'All repositories'],
  ['scan acme/app', 'One of them'],
];

export function options(yargs: Argv): Argv {
  return yargs.positional('name', text('Repository; default: all'));
}

/** A push that is under way spools within that time, unless its own hooks are slow: then its file is in the spool. */
export const GRACE_MS = 2_000;

export async function run(argv: Args, context: CommandContext): Promise<number> {
  const store = await context.store();
  const settings = await context.settings();
  const spool = await context.spool();
  const log = (_: string, message: string) => void (argv.json || context.print(message));
  const survey = { store, now: context.now, log };
  const news = newInstaller({ ...survey, settings, installation: context, refusal: rootRefusal });
  if (argv.name === undefined) await surveyRoots({ ...survey, install: news.install });
  const rows =
    argv.name === undefined
      ? await store.repositories.list()
      : [await seeAgain(await findRepository(argv.name, store), survey)];
  const asked = judges(settings, context.now);
  const underWay = () => spool.directories(asked);
  const deps = { store, settings, now: context.now, underWay, grace: GRACE_MS };
  // What a killed hook left counts as a push under way, until somebody takes it over.
  await spool.adoptOrphans(asked);
  const bar = await progress(rows.length, 'repositories');
  const scanned = await scanEach(rows, async row => {
    const refused = await rootRefusal(row.directory);
    if (refused !== null) throw new BelfryError('permission', refused);
    return scan(row, deps).finally(() => bar?.step());
  }).finally(() => bar?.stop());
  if (argv.name === undefined) await store.ledger.setScanned(context.now());
  await context.wakeWorker();

  const results = [...scanned.map(one => withHook(one, news.installed)), ...news.left.map(leftWithout)];
  const trouble = results.some(({ outcome }) => TROUBLES.includes(outcome));
  if (argv.json) return context.json(results, trouble ? 1 : 0);
  // Named, it is said of an excluded one too.
  const silent = argv.name === undefined ? ['same', 'excluded'] : ['same'];
  const reported = results.filter(({ outcome }) => !silent.includes(outcome));
  context.table(
    ['REPOSITORY', 'OUTCOME', 'REFS', 'DELIVERIES', 'NOTE'],
    reported.map(one => [
      one.repository,
      WORDS[one.outcome],
      String(one.refs),
      String(one.deliveries),
      one.note ?? (one.outcome === 'baseline' ? 'its refs are recorded, nothing is announced' : ''),
    ]),
    nothingMissing(results),
    { whole: 2 },
  );
  return trouble ? 1 : 0;
}

type Shown = Omit<Scanned, 'outcome' | 'webhookIds'> & {
  /** `installed`: it has hooks since now; `no-hook`: it has none, although `install.new` wants them. */
  outcome: Scanned['outcome'] | 'installed' | 'no-hook';
};

const WORDS: Record<Shown['outcome'], string> = {
  ...OUTCOME_WORDS,
  installed: 'hooks installed',
  'no-hook': 'no hook',
};

/** Where there is nothing to show of any repository. */
export function nothingMissing(results: Pick<Shown, 'outcome'>[]): string {
  const excluded = results.filter(({ outcome }) => outcome === 'excluded').length;
  const checked = `${plural(results.length - excluded, 'repository')} checked, nothing was missing`;
  return excluded === 0 ? checked : `${checked}; ${excluded} excluded by repo.exclude`;
}

const TROUBLES: Shown['outcome'][] = ['missing', 'unreadable', 'no-hook'];

function withHook({ webhookIds: _, ...scanned }: Scanned, installed: InstalledRepository[]): Shown {
  const done = installed.find(({ full_name }) => full_name === scanned.repository);
  return done === undefined ? scanned : { ...scanned, outcome: 'installed', note: done.note ?? null };
}

function leftWithout({ path, reason }: NotInstalled): Shown {
  return { repository: path, outcome: 'no-hook', refs: 0, deliveries: 0, note: reason };
}
