/** Units of a home that has moved away. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { checkOldUnits } from '../../../src/commands/doctor/check-service.ts';
import { environment } from '../../support/environment.ts';
import { matches } from '../../support/matches.ts';
import { must } from '../../support/run.ts';

t.test('a unit for a home that is gone, and none for one that is there', async t => {
  const dir = t.testdir({
    home: { 'belfry.db': '' },
    other: { 'belfry.db': '' },
    mountpoint: {},
    system: {},
  });
  const units = join(dir, '.config', 'systemd', 'user');
  mkdirSync(units, { recursive: true });
  const put = (name: string, home: string, where = units) =>
    writeFileSync(
      join(where, name),
      `[Service]\nExecStart=/bin/sh "/opt/belfry/start.sh" "/opt/belfry/node" --home "${home}"\n`,
    );
  put('belfry.service', join(dir, 'home'));
  put('belfry-other.service', join(dir, 'other'));
  put('belfry-gone.service', join(dir, 'gone'));
  put('belfry-gone.timer', join(dir, 'gone'));
  put('belfry-away.service', join(dir, 'mountpoint'), join(dir, 'system'));
  put('foreign.service', join(dir, 'gone'));
  const check = () => Array.fromAsync(checkOldUnits(join(dir, 'home'), dir, join(dir, 'system')));
  const found = await check();
  matches(t, found, [
    { level: 'note', subject: join(dir, 'system', 'belfry-away.service'), got: /which is not a home$/ },
    { level: 'note', subject: join(units, 'belfry-gone.service'), got: /gone, which does not exist$/ },
  ]);
  t.equal(found.length, 2);
  const [look, ...others] = found[1]!.fix.split('\n');
  t.match(look, /^ls -ld /);
  t.ok(
    others.every(line => line.startsWith('# ')),
    'whether it is gone for good a person knows',
  );
  const remove = others.at(-1)?.slice(2);
  await must('sh', ['-c', remove!], { env: environment(dir) });
  t.notOk(existsSync(join(units, 'belfry-gone.timer')));
  t.equal((await check()).length, 1);
});
