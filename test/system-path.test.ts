import t from 'tap';
import { SYSTEM_PATH, withSystemPath } from '../src/system-path.ts';

t.test('git was not found on a bare PATH', async t => {
  t.equal(withSystemPath(undefined), SYSTEM_PATH);
  t.equal(withSystemPath(''), SYSTEM_PATH);
  t.equal(withSystemPath('/nowhere'), `/nowhere:${SYSTEM_PATH}`);
  t.equal(
    withSystemPath('/opt/git/bin:/usr/bin'),
    '/opt/git/bin:/usr/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/sbin:/bin',
  );
});
