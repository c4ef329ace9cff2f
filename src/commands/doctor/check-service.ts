/** What starts a worker of this home after a reboot, and of homes that are not there any more. */
import { join } from 'node:path';
import { askProgram } from '../../host/ask-program.ts';
import { homeState } from '../../host/home.ts';
import { shellWord } from '../../text/printable.ts';
import { homeOfUnit, isUnitOf, unitsIn } from '../setup/units.ts';
import { type Finding, noteAt } from './finding.ts';

const SYSTEM_UNITS = '/etc/systemd/system';

/** Directories of units, and what changes those in there. @param userHome of who asks */
function placesOf(userHome: string | undefined, systemUnits: string): [directory: string, control: string][] {
  const own = userHome ? join(userHome, '.config', 'systemd', 'user') : null;
  return [
    [systemUnits, 'sudo systemctl'],
    ...(own === null ? [] : [[own, 'systemctl --user'] as [string, string]]),
  ];
}

/**
 * Whether anything brings the worker back: a unit of systemd, or a line in the crontab. Nothing to say when something does.
 * The next push does in any case: so it is only a note.
 */
export async function* checkService(
  home: string,
  app: string,
  userHome: string | undefined,
): AsyncGenerator<Finding> {
  for (const [place] of placesOf(userHome, SYSTEM_UNITS))
    if ((await unitsIn(place)).some(({ text }) => isUnitOf(home, text))) return;
  const { stdout } = await askProgram('crontab', ['-l'], { timeout: 5_000 });
  if (stdout.split('\n').some(line => line.endsWith(`# belfry ${home}`))) return;
  // It is told where everything lies: else it would make another installation.
  const installer = shellWord(join(app, 'install.sh'));
  yield noteAt('service', 'after a reboot', {
    wanted: 'a systemd unit or a line in the crontab that starts the worker',
    got: 'none; pending deliveries wait for the next push or belfry command',
    fix: `${installer} --prefix ${shellWord(app)} --home ${shellWord(home)}   # without --no-service`,
  });
}

/** Units of homes that are gone, after a restore to another path or a move by hand. Only notes: the disk of one may be away. */
export async function* checkOldUnits(
  home: string,
  userHome: string | undefined,
  systemUnits = SYSTEM_UNITS,
): AsyncGenerator<Finding> {
  for (const [directory, control] of placesOf(userHome, systemUnits)) {
    for (const { file, text } of await unitsIn(directory)) {
      const of = homeOfUnit(text);
      if (of === null || of === home) continue;
      // One that this account may not look into is there.
      const state = await homeState(of).catch(() => 'there');
      if (state === 'there') continue;
      const unit = file.slice(0, -'.service'.length);
      const files = ['service', 'timer', 'path'].map(kind => shellWord(join(directory, `${unit}.${kind}`)));
      const remove = control.startsWith('sudo') ? 'sudo rm' : 'rm';
      yield noteAt('service', join(directory, file), {
        wanted: 'only units of existing homes',
        got: `a unit for ${of}, which ${state === 'missing' ? 'does not exist' : 'is not a home'}`,
        fix: [
          `ls -ld ${shellWord(of)}   # is its disk away, or has that home moved for good?`,
          `# if it has moved: ${control} disable --now ${shellWord(unit)}`,
          `# ${remove} -f ${files.join(' ')}`,
        ].join('\n'),
      });
    }
  }
}
