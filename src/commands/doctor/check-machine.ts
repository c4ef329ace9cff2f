/** What the machine gives: a clock, and room on the disk. */
import { stat, statfs, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { moment } from '../../text/moment.ts';
import { shellWord } from '../../text/printable.ts';
import { type Finding, problemAt } from './finding.ts';

/** Two clocks of one machine differ by less. */
const SLACK_MS = 60_000;
/** Below this a few large pushes fill it. */
const LEAST_BYTES = 100 * 2 ** 20;
const LEAST_FILES = 1_000;

export async function* checkClock(
  home: string,
  lastEventAt: number | null,
  now: () => number,
): AsyncGenerator<Finding> {
  const fix = 'timedatectl set-ntp true   # set the clock, and keep it set';
  if (lastEventAt !== null && lastEventAt > now() + SLACK_MS)
    yield problemAt('clock', 'the last event', {
      wanted: `a time before now (${moment(now())})`,
      got: `${moment(lastEventAt)}: the clock jumped back, or was ahead`,
      fix,
    });
  const probe = join(home, '.doctor');
  const before = now();
  const at = await writeFile(probe, '')
    .then(() => stat(probe))
    .catch(() => null);
  await unlink(probe).catch(() => {});
  const far = at === null ? 0 : Math.max(before - at.mtimeMs, at.mtimeMs - now());
  if (far > SLACK_MS)
    yield problemAt('clock', home, {
      wanted: 'a file system with the time of this machine, since pushes are ordered by it',
      got: `${Math.round(far / 1_000)} s apart`,
      fix,
    });
}

/** @param room what the file system of a path has left */
export async function* checkSpace(home: string, room: typeof statfs = statfs): AsyncGenerator<Finding> {
  const devices = new Set<number>();
  for (const place of [home, join(home, 'spool')]) {
    const info = await stat(place).catch(() => null);
    if (info === null || devices.has(info.dev)) continue;
    devices.add(info.dev);
    const { bavail, bsize, files, ffree } = await room(place);
    const fix = `df -h ${shellWord(place)}   # free some space`;
    const free = bavail * bsize;
    if (free < LEAST_BYTES)
      yield problemAt('space', place, {
        wanted: `${megabytes(LEAST_BYTES)} free`,
        got: megabytes(free),
        fix,
      });
    if (files > 0 && ffree < LEAST_FILES)
      yield problemAt('space', place, { wanted: `${LEAST_FILES} free inodes`, got: String(ffree), fix });
  }
}

export function megabytes(bytes: number): string {
  return `${Math.floor(bytes / 2 ** 20)} MiB`;
}
