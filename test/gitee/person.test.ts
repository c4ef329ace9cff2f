import t from 'tap';
import { toFullUser } from '../../src/gitee/person.ts';
import { fullUser } from '../../src/gitee/user.ts';

const BASES = { web: 'https://git.example.com', style: 'gitee', http: '', ssh: '', git: '' } as const;

t.test('a user in the full form of Gitee: 12 keys (gitee-format.md §3.1)', async t => {
  const person = { id: 7, login: 'zhang-san', name: '张三', emails: ['z@example.com', 'other@example.com'] };
  const user = toFullUser(person, BASES, 'noreply.example.com');
  t.same(user, {
    avatar_url: 'https://git.example.com/assets/no_portrait.png',
    email: 'z@example.com',
    html_url: 'https://git.example.com/zhang-san',
    id: 7,
    login: 'zhang-san',
    name: '张三',
    remark: null,
    site_admin: false,
    type: 'User',
    url: 'https://git.example.com/zhang-san',
    user_name: 'zhang-san',
    username: 'zhang-san',
  });
  t.ok(fullUser.safeParse(user).success);
});

t.test('without an address there is one that leads nowhere', async t => {
  const user = toFullUser({ id: 1, login: 'root', name: 'root', emails: [] }, BASES, 'noreply.example.com');
  t.equal(user.email, 'root@noreply.example.com');
});
