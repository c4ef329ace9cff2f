import { stat } from 'node:fs/promises';
import t from 'tap';
import { otherAccount } from '../../src/host/home-owner.ts';

t.test('who owns the home, and who does not', async t => {
  const home = t.testdir({});
  const { uid } = await stat(home);
  t.equal(await otherAccount(home, uid), null);
  const other = (await otherAccount(home, 4_242_424))!;
  t.equal(other.own, '4242424', 'an account without a name');
  t.not(other.owner, '4242424');
  await t.rejects(otherAccount(`${home}/gone`, uid), { code: 'ENOENT' });
});
