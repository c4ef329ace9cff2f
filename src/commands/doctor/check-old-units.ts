/** Units that start a worker for a home that is not there any more: after a restore to another path, or a move by hand. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { homeState } from '../../host/existing-home.ts';
import { shellWord } from '../../text/shell-word.ts';
import { homeOfUnit } from '../setup/units.ts';
import type { Finding } from './finding.ts';

const SYSTEM_UNITS = '/etc/systemd/system';

/** Only notes: its disk may be away for the moment. @param userHome of who asks, whose own units are looked at too */
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
