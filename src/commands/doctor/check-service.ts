/** Whether anything brings the worker back after a reboot: a unit of systemd, or a line in the crontab. */
import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { shellWord } from '../../text/shell-word.ts';
import { isUnitOf } from '../setup/units.ts';
import type { Finding } from './finding.ts';

const run = promisify(execFile);
const SYSTEM_UNITS = '/etc/systemd/system';

/** Nothing to say when something does. The next push does in any case: so it is only a note. */
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
