import t from 'tap';
import { nameBelow, nameByPath, rootOf } from '../../src/repositories/full-name.ts';

t.test('the path below the root, without .git', async t => {
  const cases: [path: string, root: string, fullName: string, company: string | null][] = [
    ['/srv/git/acme/app.git', '/srv/git', 'acme/app', 'acme'],
    ['/srv/git/acme/team/app.git', '/srv/git', 'acme/team/app', 'acme'],
    ['/srv/git/app.git', '/srv/git', 'app', null],
    ['/srv/git/acme/app', '/srv/git', 'acme/app', 'acme'],
    ['/srv/git/acme/app/.git', '/srv/git', 'acme/app', 'acme'],
    ['/acme/app.git', '/', 'acme/app', 'acme'],
    ['/app.git', '/', 'app', null],
    ['/srv/git/公司/应用.git', '/srv/git', '公司/应用', '公司'],
  ];
  for (const [path, root, fullName, company] of cases)
    t.same(nameBelow(root, path), { fullName, company }, `${path} in ${root}`);
});

t.test('a root inside a root changes no name: the outermost names', async t => {
  t.equal(rootOf('/srv/git/acme/app.git', ['/srv/git']), '/srv/git');
  t.equal(rootOf('/srv/git/acme/app.git', ['/srv/git/acme', '/srv/git']), '/srv/git');
  t.equal(rootOf('/srv/git/acme/app.git', ['/srv/git/acme', '/']), '/');
  t.equal(rootOf('/srv/gitolite/app.git', ['/srv/git']), null);
  t.equal(rootOf('/srv/git', ['/srv/git']), null, 'a root is not below itself');
  t.equal(rootOf('/srv/git/app.git', []), null);
});

t.test('names are compared byte by byte', async t => {
  const composed = nameBelow('/srv/git', '/srv/git/caf\u00e9.git').fullName;
  t.not(nameBelow('/srv/git', '/srv/git/cafe\u0301.git').fullName, composed);
  t.not(
    nameBelow('/srv/git', '/srv/git/APP.git').fullName,
    nameBelow('/srv/git', '/srv/git/app.git').fullName,
  );
});

t.test('outside all roots: the end of the path, as much of it as nobody else has', async t => {
  const taken =
    (...names: string[]) =>
    (name: string) =>
      names.includes(name);
  t.equal(nameByPath('/a/b/app.git', taken()), 'app');
  t.equal(nameByPath('/a/b/app.git', taken('app')), 'b/app');
  t.equal(nameByPath('/a/b/app.git', taken('app', 'b/app')), 'a/b/app');
  t.equal(
    nameByPath('/b/app.git', taken('app', 'b/app')),
    '/b/app.git',
    'the whole path, which nobody else has',
  );
});
