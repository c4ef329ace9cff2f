/** `setup uninstall`: hooks out, foreign hooks back, units, command and program away; the home stays unless `--purge`. */
import { readdir, rm, rmdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { BelfryError } from '../../errors.ts';
import { isDirectory } from '../../files/may.ts';
import { type Account, findAccount } from '../../host/accounts.ts';
import { homeOwner } from '../../host/home-owner.ts';
import { confirm } from '../confirm.ts';
import { asOwner } from './as-owner.ts';
import { removeCrontab } from './crontab.ts';
import { type Say, stopOldWorker } from './install.ts';
import type { SetupOptions } from './options.ts';
import { checkPrograms, removeCommand, removeLoginShell } from './programs.ts';
import { runBelfry } from './run-program.ts';
import { removeShellFiles } from './shell-files.ts';
import { removeUnits, systemdFor, systemdRuns } from './systemd.ts';

/** Gives the exit status. @throws BelfryError when something was in the way; then nothing more was removed */
export async function uninstall(options: SetupOptions, say: Say): Promise<number> {
  const { source, prefix, home, purge, yes } = options;
  const owner = await ownerOf(home);
  await checkPrograms(options);
  if (owner !== null && purge) {
    await checkPurge(home);
    const question = `Remove the home ${home}, with webhooks, delivery log and key?`;
    if (!yes && !(await confirm(question, { stderr: say }))) return 1;
  }

  if (owner !== null && (await runBelfry(options, ['uninstall', '--all', '--template'])) !== 0) {
    throw new BelfryError(
      'environment',
      'Some repositories still have hooks (see above), so nothing else was removed',
    );
  }
  const systemd = systemdFor(options);
  await removeUnits(home, systemd, await systemdRuns(options, systemd));
  if (owner !== null) {
    await removeCrontab(owner.name, home);
    await stopOldWorker(home, owner, say);
  }
  await removeLoginShell(options, owner, say);
  await removeCommand(options);
  await removeShellFiles(options);
  const left = owner !== null && purge ? await asOwner(owner, 'emptyHome', home) : [];
  if (source === prefix) {
    say(`Program: ${prefix} is the checkout itself and stays`);
  } else {
    await rm(prefix, { recursive: true, force: true });
    say(`Program: removed ${prefix}`);
  }
  if (owner === null) return 0;
  if (!purge) {
    say(`Home: ${home} stays, with webhooks and delivery log (--purge removes it)`);
    return 0;
  }
  if (left.length > 0) {
    throw new BelfryError(
      'permission',
      `The home ${home} is not empty: ${owner.name} cannot remove ${left[0]} (entries like that: ${left.length})`,
      { hint: 'Root removes nothing there in place of its owner. Check it, and remove it by hand.' },
    );
  }
  await rmdir(home).catch(cause => {
    throw new BelfryError('conflict', `The home ${home} cannot be removed: ${cause.message}`, { cause });
  });
  say(`Home: removed ${home}`);
  return 0;
}

/** Null when there is no home. @throws BelfryError `permission` */
async function ownerOf(home: string): Promise<Account | null> {
  const own = process.geteuid!();
  const owner = own === 0 ? await homeOwner(home) : await stat(home).catch(() => null);
  if (owner === null) return null;
  const account = await findAccount(owner.uid);
  const name = account?.name ?? `user ${owner.uid}`;
  if (own !== 0 && owner.uid !== own)
    throw new BelfryError('permission', `The home ${home} belongs to ${name}: run this as ${name} or root`);
  return account ?? { name, uid: owner.uid, gid: owner.gid, home: '/' };
}

async function checkPurge(home: string): Promise<void> {
  const names = await readdir(home);
  if (names.length === 0 || names.includes('belfry.db')) return;
  if (await isDirectory(join(home, 'spool'))) return;
  throw new BelfryError(
    'conflict',
    `--purge: ${home} does not look like a home of belfry, so it is not removed`,
  );
}
