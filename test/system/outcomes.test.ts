/** What the worker tells a pusher who may not look into the database. */
import { readdirSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { openOutcome, readOutcome } from '../../src/system/outcomes.ts';

t.test('line by line, to its end; what is old goes', async t => {
  const home = t.testdir({});
  t.same(await readOutcome(home, 'mine'), { text: '', ended: false }, 'nothing yet');
  const before = process.umask(0o077);
  const outcome = await openOutcome(home, 'mine', Date.now());
  process.umask(before);
  t.equal(statSync(join(home, 'outcome')).mode & 0o777, 0o711, 'whoever knows the name, and nobody lists it');
  t.equal(statSync(join(home, 'outcome', 'mine')).mode & 0o777, 0o644);
  await outcome.say('belfry: one\n');
  t.same(await readOutcome(home, 'mine'), { text: 'belfry: one\n', ended: false });
  await outcome.say('belfry: two.\n');
  await outcome.end();
  t.same(await readOutcome(home, 'mine'), { text: 'belfry: one\nbelfry: two.\n', ended: true });
  await (await openOutcome(home, 'silent', Date.now())).end();
  t.same(await readOutcome(home, 'silent'), { text: '', ended: true });
  utimesSync(join(home, 'outcome', 'mine'), 1_000, 1_000);
  await openOutcome(home, 'next', Date.now());
  t.same(readdirSync(join(home, 'outcome')).sort(), ['next', 'silent']);
});
