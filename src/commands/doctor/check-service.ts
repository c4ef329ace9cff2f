/** What starts a worker of this home after a reboot, and of homes that are not there any more. */
import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { homeState } from '../../host/home.ts';
import { shellWord } from '../../text/shell-word.ts';
import { homeOfUnit, isUnitOf } from '../setup/units.ts';
import type { Finding } from './finding.ts';

const run = promisify(execFile);
const SYSTEM_UNITS = '/etc/systemd/system';

/** Whether anything brings the worker back: a unit of systemd, or a line in the crontab. Nothing to say when something does. The next push does in any case: so it is only a note. */
export async function checkService(
  home: string,
  app: string,
  userHome: string | undefined,
): Promise<Finding[]> {
  const places = [SYSTEM_UNITS, ...(userHome ? [join(userHome, '.config', 'systemd', 'user')] : [])];
  for (const place of places) {
    for (const name of await readdir(place).catch(() => [])) {
      if (!/^belfry.*\.service$/.test(name)) continue;
      const text = await readFile(join(place, name), 'utf8').catch(() => '');
      if (isUnitOf(home, text)) return [];
    }
  }
  const crontab = await run('crontab', ['-l'], { timeout: 5_000 }).then(
    ({ stdout }) => stdout,
    () => '',
  );
  if (crontab.split('\n').some(line => line.endsWith(`# belfry ${home}`))) return [];
  // It is told where everything lies: else it would make another installation.
  const installer = shellWord(join(app, 'install.sh'));
  return [
    {
      area: 'service',
      subject: 'after a reboot',
      level: 'note',
      wanted: 'a systemd unit or a line in the crontab that starts the worker',
      got: 'none: what is owed waits for the next push or belfry command',
      mend: `${installer} --prefix ${shellWord(app)} --home ${shellWord(home)}   # without --no-service`,
    },
  ];
}

/** Units of homes that are gone, after a restore to another path or a move by hand. Only notes: the disk of one may be away for the moment. @param userHome of who asks, whose own units are looked at too */
export async function checkOldUnits(
  home: string,
  userHome: string | undefined,
  systemUnits = SYSTEM_UNITS,
): Promise<Finding[]> {
  const places: [directory: string, control: string][] = [[systemUnits, 'sudo systemctl']];
  if (userHome) places.push([join(userHome, '.config', 'systemd', 'user'), 'systemctl --user']);
  const found: Finding[] = [];
  for (const [directory, control] of places) {
    for (const name of (await readdir(directory).catch(() => [])).sort()) {
      if (!/^belfry.*\.service$/.test(name)) continue;
      const text = await readFile(join(directory, name), 'utf8').catch(() => '');
      const of = homeOfUnit(text);
      if (of === null || of === home) continue;
      // One that this account may not look into is there.
      const state = await homeState(of).catch(() => 'there');
      if (state === 'there') continue;
      const unit = name.slice(0, -'.service'.length);
      const files = ['service', 'timer', 'path'].map(kind => `${unit}.${kind}`);
      const remove = control.startsWith('sudo') ? 'sudo rm' : 'rm';
      found.push({
        area: 'service',
        subject: join(directory, name),
        level: 'note',
        wanted: 'units of homes that are there',
        got: `it starts a worker for ${of}, which is ${state === 'missing' ? 'not there' : 'no home now'}`,
        mend: [
          `${control} disable --now ${shellWord(name)}   # when that home has moved for good`,
          `${remove} -f ${files.map(file => shellWord(join(directory, file))).join(' ')}`,
        ].join('\n'),
      });
    }
  }
  return found;
}
