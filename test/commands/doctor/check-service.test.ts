/** What brings the worker back after a reboot. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { checkService } from '../../../src/commands/doctor/check-service.ts';
import { matches } from '../../support/matches.ts';

t.test('a unit of the user, for this home and no other', async t => {
  const dir = t.testdir({});
  const home = join(dir, 'home');
  const fix = `/opt/belfry/install.sh --prefix /opt/belfry --home ${home}   # without --no-service`;
  matches(t, await Array.fromAsync(checkService(home, '/opt/belfry', dir)), [{ level: 'note', fix }]);
  const units = join(dir, '.config', 'systemd', 'user');
  mkdirSync(units, { recursive: true });
  const unit = (of: string) => `[Service]\nExecStart=/opt/belfry/node worker.ts --home "${of}"\n`;
  writeFileSync(join(units, 'belfry.service'), unit('/elsewhere'));
  t.equal((await Array.fromAsync(checkService(home, '/opt/belfry', dir))).length, 1);
  writeFileSync(join(units, 'belfry-2.service'), unit(home));
  t.same(await Array.fromAsync(checkService(home, '/opt/belfry', dir)), []);
});
