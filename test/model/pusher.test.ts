import t from 'tap';
import { identifyPusher } from '../../src/model/pusher.ts';

const EVERYTHING: Record<string, string> = {
  GITEA_PUSHER_NAME: 'gitea',
  GITEA_PUSHER_EMAIL: 'gitea@example.com',
  GL_USER: 'gitolite',
  REMOTE_USER: 'remote',
  BELFRY_USER: 'key',
  GIT_PUSH_CERT_STATUS: 'G',
  GIT_PUSH_CERT_SIGNER: 'Zhang San <zhang@example.com>',
};

const who = (environment: Record<string, string>, account = 'git') =>
  identifyPusher(new Map(Object.entries(environment)), account);

t.test('the strongest word first', async t => {
  const left = { ...EVERYTHING };
  t.same(who(left), { login: 'gitea', email: 'gitea@example.com' });
  delete left.GITEA_PUSHER_NAME;
  t.same(who(left), { login: 'gitolite' }, 'an address alone says nothing');
  delete left.GL_USER;
  t.same(who(left), { login: 'remote' });
  delete left.REMOTE_USER;
  t.same(who(left), { login: 'key' });
  delete left.BELFRY_USER;
  t.match(who(left), { email: 'zhang@example.com', name: 'Zhang San' });
  delete left.GIT_PUSH_CERT_SIGNER;
  t.same(who(left), { login: 'git' });
  t.same(who({}, ''), { login: 'unknown' });
});

t.test('a certificate counts only when Git has verified it', async t => {
  for (const status of ['B', 'U', 'X', 'N', 'E', '', 'g', 'GB']) {
    t.same(who({ GIT_PUSH_CERT_STATUS: status, GIT_PUSH_CERT_SIGNER: 'Root <root@example.com>' }), {
      login: 'git',
    });
  }
  t.same(who({ GIT_PUSH_CERT_SIGNER: 'Root <root@example.com>' }), { login: 'git' });
  const signed = (signer: string) => who({ GIT_PUSH_CERT_STATUS: 'G', GIT_PUSH_CERT_SIGNER: signer });
  t.match(signed('<a@b>'), { email: 'a@b' });
  for (const odd of ['', 'nobody', 'a <b>', 'a <b@c> d', '<@>', 'x <a@b@c> <'])
    t.same(signed(odd), { login: 'git' }, odd);
});

t.test('a login is one printable word of bounded length', async t => {
  t.same(who({ GL_USER: '  al\u001b[31mice\u202e\n ' }), { login: 'al[31mice' });
  t.same(who({ GL_USER: '\u200f \u0000' }), { login: 'git' }, 'nothing is left of it');
  t.equal(who({ GL_USER: 'x'.repeat(1_000) }).login.length, 200);
  t.same(who({ GL_USER: '张三' }), { login: '张三' });
  t.same(who({ GL_USER: 'server-main' }), { login: 'server-main' });
  t.same(
    who({ GL_USER: 'server-main', BELFRY_USER: 'carol' }),
    { login: 'carol' },
    'a mirror push says who it was',
  );
  t.same(who({ GL_USER: 'dave', BELFRY_USER: 'carol' }), { login: 'dave' }, 'a person speaks for himself');
  t.same(
    who({ GL_USER: `x${'🔑'.repeat(200)}` }),
    { login: `x${'🔑'.repeat(99)}` },
    'and of whole characters',
  );
  t.same(who({ GITEA_PUSHER_NAME: 'a', GITEA_PUSHER_EMAIL: 'no address' }), { login: 'a' });
});
