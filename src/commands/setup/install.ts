/** `setup check` and `setup install`: everything but Node and the copy of the program, which are install.sh's. */
import { stat } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import process from 'node:process';
import { BelfryError } from '../../errors.ts';
import type { Account } from '../../host/accounts.ts';
import { isShared } from '../../host/share-home.ts';
import { ownVersion } from '../../host/versions.ts';
import { asOwner } from './as-owner.ts';
import { migrationsOf } from './check-schema.ts';
import { installCrontab, removeCrontab } from './crontab.ts';
import { fillCache } from './fill-cache.ts';
import { findUser } from './find-user.ts';
import { checkHome, giveHome, makeHome } from './home.ts';
import { nodeOf, type SetupOptions } from './options.ts';
import { checkPrograms, commandPath, installCommand, installLoginShell } from './programs.ts';
import { replaceText } from './replace-text.ts';
import { runBelfry } from './run-program.ts';
import { installShellFiles } from './shell-files.ts';
import { checkUnits, installUnits, systemdFor, systemdRuns } from './systemd.ts';

/** A worker that has no requests in flight ends at once. */
const SILENCE_MS = 2_000;

export type Say = (text: string) => void;

/**
 * Finds everything that will be refused, and changes nothing: the old program is still there.
 * @throws BelfryError with what was refused
 */
export async function check(options: SetupOptions): Promise<Account> {
  const account = await findUser(options);
  const owner = await checkHome(options, account);
  await checkPrograms(options);
  for (const directory of options.directories)
    await asOwner(account, 'checkDirectory', directory, account.name);
  if (owner !== null) {
    const reader = owner === account.uid ? account : { ...account, uid: owner, gid: 0 };
    await asOwner(reader, 'checkSchema', options.home, await migrationsOf(options.source));
  }
  const systemd = systemdFor(options);
  if (options.service && (await systemdRuns(options, systemd))) await checkUnits(options, systemd);
  return account;
}

/** Gives the exit status. @param warn for standard error */
export async function install(options: SetupOptions, say: Say, warn: Say): Promise<number> {
  const account = await check(options);
  const { source, prefix, home, bin } = options;
  const given = await takeHome(options, account, say);
  let changed = options.changed || given;
  const version = await ownVersion();
  // No reason to replace anything else: a commit may change what is for developers only.
  if (source !== prefix) await replaceText(join(prefix, 'VERSION'), `${version}\n`, 0o644);
  if (changed) await stopOldWorker(home, account, say);
  if (await makeHome(home, account)) changed = true;
  if (!(await fillCache(options, account.uid)))
    warn("note: belfry's self-test in a temporary directory failed; ./install.sh --demo shows where");
  const hooks = await runBelfry(options, ['install', ...options.hookOptions, ...options.directories]);
  if (await installCommand(options)) changed = true;
  if (await installLoginShell(options)) changed = true;
  if (await installShellFiles(options)) changed = true;
  const service = options.service ? await installService(options, account, warn) : NOTHING;
  changed ||= service.changed;

  say(`Installed belfry ${version} in ${prefix}, with its home in ${home}, for the user ${account.name}`);
  if (service.back !== null) say(service.back);
  if (!changed) say('The program was up to date');
  if (hooks !== 0) {
    throw new BelfryError(
      'environment',
      'Some repositories have no hooks (see above): fix that, and run this again',
    );
  }
  const onPath = (process.env.PATH ?? '').split(delimiter).includes(bin);
  const run = onPath ? 'belfry' : commandPath(options);
  say(`Next: ${run} webhook add https://ci.example.com/hook --all --generate-secret`);
  return 0;
}

/** A home that root owns is given to the account that shall own it. Gives whether that was done. */
async function takeHome({ home }: SetupOptions, account: Account, say: Say): Promise<boolean> {
  const owner = (await stat(home).catch(() => null))?.uid;
  if (owner === undefined || owner === account.uid) return false;
  const root = { ...account, name: 'root', uid: 0, gid: 0 };
  await stopOldWorker(home, root, say);
  await removeCrontab(root.name, home);
  await giveHome(home, account);
  say(`The home ${home} belonged to root: it now belongs to ${account.name}`);
  return true;
}

export async function stopOldWorker(home: string, owner: Account, say: Say): Promise<void> {
  const slow = setTimeout(() => say('Waiting for the worker to finish its requests …'), SILENCE_MS);
  await asOwner(owner, 'stopWorker', home).finally(() => clearTimeout(slow));
}

interface Service {
  changed: boolean;
  /** What brings the worker back after a reboot, in a sentence; null when something else was said of it. */
  back: string | null;
}

const NOTHING: Service = {
  changed: false,
  back: 'After a reboot, the next push or belfry command starts the worker',
};

async function installService(options: SetupOptions, account: Account, warn: Say): Promise<Service> {
  const { prefix, home } = options;
  const isRoot = process.geteuid!() === 0;
  const node = nodeOf(options);
  const shared = await isShared(home);
  const systemd = systemdFor(options);
  if (await systemdRuns(options, systemd)) {
    const user = isRoot ? account.name : null;
    const { changed, taken } = await installUnits(options, systemd, { user, node, shared });
    const { directory, name } = systemd;
    if (!taken) {
      const control = isRoot ? 'systemctl' : 'systemctl --user';
      warn(
        `note: systemd did not accept ${join(directory, name)}.service (see ${control} status ${name}): after a reboot, the next push or belfry command starts the worker`,
      );
      return { changed, back: null };
    }
    const back = isRoot
      ? `After a reboot, the systemd unit ${name}.service starts the worker`
      : `The systemd unit ${name}.service starts the worker when you log in; for a start at boot, run once: loginctl enable-linger`;
    return { changed, back };
  }
  const changed = await installCrontab(account.name, { prefix, node, home, shared });
  if (changed === null) return NOTHING;
  return { changed, back: `After a reboot, a line in the crontab of ${account.name} starts the worker` };
}
