import t from 'tap';
import { findHome, lastOf } from '../../src/commands/which-home.ts';

t.test('where the home is: named, of the environment, or by the rule of the place', async t => {
  const env = { HOME: '/home/ann' };
  t.equal(findHome('/a', { BELFRY_HOME: '/b' }, true), '/a');
  t.equal(findHome(undefined, { BELFRY_HOME: '/b' }, true), '/b');
  t.equal(findHome(undefined, { BELFRY_HOME: '' }, true), '/var/lib/belfry');
  t.equal(findHome(undefined, env, false), '/home/ann/.local/share/belfry');
  t.equal(findHome(undefined, { ...env, XDG_DATA_HOME: '/data' }, false), '/data/belfry');
});

t.test('named twice, the last one counts: it ended in a stack trace', async t => {
  t.equal(lastOf('/a'), '/a');
  t.equal(lastOf(['/a', '/b']), '/b');
});
