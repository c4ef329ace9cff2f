import t from 'tap';
import { nameRepository } from '../../src/repositories/full-name.ts';

t.test('the path below the innermost root, without .git', async t => {
  const cases: [directory: string, roots: string[], fullName: string, company: string | null][] = [
    ['/srv/git/acme/app.git', ['/srv/git'], 'acme/app', 'acme'],
    ['/srv/git/acme/team/app.git', ['/srv/git'], 'acme/team/app', 'acme'],
    ['/srv/git/app.git', ['/srv/git'], 'app', null],
    ['/srv/git/acme/app', ['/srv/git'], 'acme/app', 'acme'],
    ['/srv/git/acme/app/.git', ['/srv/git'], 'acme/app', 'acme'],
    ['/srv/git/acme/app.git', ['/srv', '/srv/git/acme', '/srv/git'], 'app', null],
    ['/srv/gitolite/app.git', ['/srv/git'], 'app', null],
    ['/srv/git/acme/app.git', [], 'app', null],
    ['/acme/app.git', ['/'], 'acme/app', 'acme'],
    ['/app.git', ['/'], 'app', null],
    ['/srv/git', ['/srv/git'], 'git', null],
    ['/srv/git/公司/应用.git', ['/srv/git'], '公司/应用', '公司'],
  ];
  for (const [directory, roots, fullName, company] of cases) {
    t.same(
      nameRepository(directory, roots, () => false),
      { fullName, company },
      `${directory} in ${roots}`,
    );
  }
});

t.test('a name that is taken: more of the path, as long as there is some', async t => {
  const taken = new Set(['app', 'b/app']);
  t.same(
    nameRepository('/a/b/app.git', [], name => taken.has(name)),
    { fullName: 'a/b/app', company: 'a' },
  );
  t.same(
    nameRepository('/b/app.git', [], name => taken.has(name)),
    { fullName: 'b/app', company: 'b' },
  );
});
