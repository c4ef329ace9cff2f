/** Registers the worker of a home with systemd, as root for the machine, else for the user. */
import { mkdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { BelfryError } from '../../errors.ts';
import { isDirectory } from '../../files/may.ts';
import { askProgram } from '../../host/ask-program.ts';
import type { SetupOptions } from './options.ts';
import { replaceText } from './replace-text.ts';
import { formerUnitName, homeOfUnit, isUnitOf, unitName, unitsIn, unitTexts } from './units.ts';

const ENDINGS = ['path', 'timer', 'service'];

export interface Systemd {
  /** `belfry.service` and the others: where they are, and their name without an ending. */
  directory: string;
  name: string;
  ctl(...args: string[]): Promise<boolean>;
}

/** @param env `HOME`, `XDG_CONFIG_HOME` */
export function systemdFor(
  { home, units }: Pick<SetupOptions, 'home' | 'units'>,
  env = process.env,
): Systemd {
  const isRoot = process.geteuid!() === 0;
  const ofUser = join(env.XDG_CONFIG_HOME || join(env.HOME ?? '/', '.config'), 'systemd', 'user');
  const usual = isRoot ? '/var/lib/belfry' : join(env.HOME ?? '/', '.local', 'share', 'belfry');
  const more = isRoot ? [] : ['--user'];
  return {
    directory: isRoot ? units : ofUser,
    name: unitName(home, usual),
    ctl: async (...args) => (await askProgram('systemctl', [...more, ...args])).status === 0,
  };
}

export async function systemdRuns({ systemd }: SetupOptions, { ctl }: Systemd): Promise<boolean> {
  if (!(await isDirectory(systemd))) return false;
  // A user's own may not be there.
  return process.geteuid!() === 0 || ctl('show-environment');
}

/** @throws BelfryError `conflict` when a unit of that name brings back the worker of another home */
export async function checkUnits({ home }: SetupOptions, { directory, name }: Systemd): Promise<void> {
  const path = join(directory, `${name}.service`);
  const text = await readFile(path, 'utf8').catch(() => null);
  if (text === null || isUnitOf(home, text)) return;
  const other = homeOfUnit(text) ?? 'none';
  throw new BelfryError('conflict', `${path} is the unit of another home, ${other}`, {
    hint: `Run install.sh --home ${other} once, so that its unit gets a name of its own; or use --no-service.`,
  });
}

/** Gives false when systemd did not take them. */
export async function installUnits(
  options: SetupOptions,
  systemd: Systemd,
  input: { user: string | null; node: string; shared: boolean },
): Promise<{ changed: boolean; taken: boolean }> {
  const { directory, name, ctl } = systemd;
  const { prefix, home } = options;
  await mkdir(directory, { recursive: true });
  await removeFormer(home, systemd);
  const texts = unitTexts({ prefix, home, ...input });
  let changed = false;
  for (const [ending, text] of Object.entries(texts))
    changed = (await replaceText(join(directory, `${name}.${ending}`), text, 0o644)) || changed;
  const wanted = Object.keys(texts).map(ending => `${name}.${ending}`);
  let taken = true;
  if (changed) {
    // Without waiting: the network may be long in coming, and a worker finishes its requests in flight.
    taken = (await ctl('daemon-reload')) && (await ctl('enable', '--now', '--no-block', ...wanted));
  }
  // One that runs goes on with the old program.
  if (taken && (changed || options.changed)) await ctl('try-restart', '--no-block', `${name}.service`);
  return { changed, taken };
}

/** Units under the name that an older belfry gave them: only those of this home. */
async function removeFormer(home: string, systemd: Systemd): Promise<void> {
  for (const name of new Set([formerUnitName(home), 'belfry'])) {
    if (name === systemd.name) continue;
    const text = await readFile(join(systemd.directory, `${name}.service`), 'utf8').catch(() => '');
    if (isUnitOf(home, text)) await removeNamed(name, systemd, true);
  }
}

/** Takes the units of a home out, under whichever name. @param runs whether systemd is to be told */
export async function removeUnits(home: string, systemd: Systemd, runs: boolean): Promise<void> {
  let removed = false;
  for (const { file, text } of await unitsIn(systemd.directory)) {
    if (!isUnitOf(home, text)) continue;
    await removeNamed(file.replace(/\.service$/, ''), systemd, runs);
    removed = true;
  }
  if (removed && runs) await systemd.ctl('daemon-reload');
}

async function removeNamed(name: string, { directory, ctl }: Systemd, runs: boolean): Promise<void> {
  for (const ending of ENDINGS) {
    const path = join(directory, `${name}.${ending}`);
    if ((await stat(path).catch(() => null)) === null) continue;
    if (runs) await ctl('disable', '--now', `${name}.${ending}`);
    await rm(path, { force: true });
  }
}
