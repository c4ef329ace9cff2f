import t from 'tap';
import { cloneUrls } from '../../src/forges/clone-urls.ts';
import type { DescribedRepository } from '../../src/repositories/describe-repository.ts';
import { goldenRepository } from '../support/golden-events.ts';

const NONE = { clone: { http: null, ssh: null } };

const urls = ({ repository }: DescribedRepository, clone: { http: string | null; ssh: string | null }) =>
  cloneUrls(repository, { clone });

t.test('the page is the clone URL without .git, whatever front end there is', async t => {
  for (const style of ['gitee', 'gitea', 'cgit', 'cgit-remove-suffix', 'gitweb'] as const) {
    const settings = {
      'web.url': 'https://www.example.com/cgit',
      'web.style': style,
      'clone.http': 'https://git.example.com/srv/git',
    };
    t.strictSame(
      urls(goldenRepository({ settings }), NONE.clone),
      {
        page: 'https://git.example.com/srv/git/acme/app',
        http: 'https://git.example.com/srv/git/acme/app.git',
        ssh: 'git@git.example.com:acme/app.git',
        git: 'git://git.example.com/acme/app.git',
      },
      style,
    );
  }
});

t.test("a webhook's own bases replace those of the settings", async t => {
  const clone = { http: 'https://mirror.example.com/git/', ssh: 'ssh://git@mirror.example.com:2222' };
  t.strictSame(urls(goldenRepository({ fullName: 'acme/团队/app' }), clone), {
    page: 'https://mirror.example.com/git/acme/%E5%9B%A2%E9%98%9F/app',
    http: 'https://mirror.example.com/git/acme/%E5%9B%A2%E9%98%9F/app.git',
    ssh: 'ssh://git@mirror.example.com:2222/acme/团队/app.git',
    git: 'git://git.example.com/acme/团队/app.git',
  });
  t.equal(
    urls(goldenRepository(), { http: null, ssh: 'git@other.example.com:' }).ssh,
    'git@other.example.com:acme/app.git',
  );
});

t.test('what has no .git on the disk has none in its URLs', async t => {
  const { repository } = goldenRepository();
  const bare = { ...repository, clone_url: 'https://git.example.com/acme/app' };
  t.equal(
    cloneUrls(bare, { clone: { http: 'https://m.example.com', ssh: null } }).http,
    'https://m.example.com/acme/app',
  );
  const inside = { ...repository, clone_url: 'https://git.example.com/acme/app/.git' };
  t.match(cloneUrls(inside, NONE), { page: 'https://git.example.com/acme/app' });
});
