/** People by login and by e-mail address. */
import type { Test } from 'tap';
import type { Store } from '../../../src/store/store.ts';
import { matches } from '../../support/matches.ts';
import { NOW } from '../samples.ts';
import type { Open } from './open.ts';

const byLogin = async (users: Store['users'], login: string) =>
  (await users.list()).find(user => user.login === login) ?? null;

export function usersContract(t: Test, open: Open): void {
  t.test('a login seen for the first time becomes a user, seen again it stays as it is', async t => {
    const { store } = await open(t);
    const { users } = store;
    const zhang = await users.ensure('zhang-san', { name: '张三', email: 'zhang@example.com' }, NOW);
    t.same(zhang, { id: zhang.id, login: 'zhang-san', name: '张三', emails: ['zhang@example.com'] });
    t.same(await users.ensure('zhang-san', { name: 'Other', email: 'other@example.com' }, NOW), zhang);
    t.same(await users.ensure('root', {}, NOW), {
      id: zhang.id + 1,
      login: 'root',
      name: 'root',
      emails: [],
    });
    matches(
      t,
      await users.ensure('mallory', { email: 'zhang@example.com' }, NOW),
      { login: 'mallory', emails: [] },
      'an address that somebody has stays theirs',
    );
    t.equal(await byLogin(users, 'nobody'), null);
    t.same(await byLogin(users, 'zhang-san'), zhang);
    t.same(await byLogin(users, 'Zhang-San'), null, 'logins are exact');
    t.same(
      (await users.list()).map(user => user.login),
      ['mallory', 'root', 'zhang-san'],
    );
  });

  t.test('authors are found by any of their addresses, in any case', async t => {
    const { users } = (await open(t)).store;
    await users.add({ login: 'li-si', name: '李四', emails: ['li@example.com', 'Li@Home.example'] }, NOW);
    const found = await users.byEmails([
      'LI@example.com',
      'li@home.example',
      'no@where',
      'no@where',
      '',
      "'; drop",
    ]);
    t.same(
      [...found].map(([email, user]) => [email, user.login, user.emails]),
      [
        ['LI@example.com', 'li-si', ['li@example.com', 'Li@Home.example']],
        ['li@home.example', 'li-si', ['li@example.com', 'Li@Home.example']],
      ],
    );
  });

  t.test(
    'added and edited: what is given changes, what is taken is refused, and then nothing changes',
    async t => {
      const { users } = (await open(t)).store;
      await users.add({ login: 'a', name: 'A', emails: ['a@example.com'] }, NOW);
      const b = await users.add({ login: 'b', name: 'B', emails: ['b@example.com'] }, NOW);
      await t.rejects(users.add({ login: 'a', name: '', emails: [] }, NOW), {
        code: 'conflict',
        message: 'User a already exists',
      });
      await t.rejects(users.add({ login: 'c', name: 'C', emails: ['c@example.com', 'A@example.com'] }, NOW), {
        code: 'conflict',
        message: 'E-mail address A@example.com already belongs to user a',
      });
      t.equal(await byLogin(users, 'c'), null);
      t.same(await users.edit('b', { name: '乙' }), { ...b, name: '乙' });
      t.same(await users.edit('b', { emails: ['x@example.com', 'b@example.com'] }), {
        ...b,
        name: '乙',
        emails: ['x@example.com', 'b@example.com'],
      });
      await t.rejects(users.edit('b', { name: 'no', emails: ['a@example.com'] }), { code: 'conflict' });
      matches(t, await byLogin(users, 'b'), { name: '乙', emails: ['x@example.com', 'b@example.com'] });
      matches(t, await users.edit('b', { emails: [] }), { emails: [] });
      t.match(await users.edit('b', {}), { name: '乙' });
      await t.rejects(users.edit('nobody', {}), { code: 'not-found', message: 'Unknown user nobody' });
    },
  );

  t.test('an address given twice is not somebody else’s', async t => {
    const { users } = (await open(t)).store;
    matches(
      t,
      await users.add({ login: 'a', name: 'A', emails: ['a@b.example', 'A@B.example', 'c@b.example'] }, NOW),
      {
        emails: ['a@b.example', 'c@b.example'],
      },
    );
  });

  t.test('a signer is known by the address', async t => {
    const { users } = (await open(t)).store;
    await users.add({ login: 'zhang', name: '张', emails: ['z@example.com'] }, NOW);
    t.match(await users.ensureByEmail('Z@example.com', 'Somebody', NOW), { login: 'zhang', name: '张' });
    matches(t, await users.ensureByEmail('li@example.com', 'Li', NOW), {
      login: 'li',
      name: 'Li',
      emails: ['li@example.com'],
    });
    matches(
      t,
      await users.ensureByEmail('zhang@evil.example', 'Zhang', NOW),
      { login: 'zhang@evil.example', emails: ['zhang@evil.example'] },
      'never the user who happens to have that login',
    );
    t.match(await users.ensureByEmail('zhang@evil.example', undefined, NOW), { login: 'zhang@evil.example' });
  });
}
