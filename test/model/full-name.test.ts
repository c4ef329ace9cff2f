import t from 'tap';
import { addressOf, nameBelow, nameByPath, rootOf } from '../../src/model/full-name.ts';

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

t.test('a bare directory without `.git` was given links with one', async t => {
  const cases: [path: string, root: string | null, full_name: string, served: string][] = [
    ['/srv/git/acme/app.git', '/srv/git', 'acme/app', 'acme/app.git'],
    ['/srv/git/acme/app', '/srv/git', 'acme/app', 'acme/app'],
    ['/srv/git/acme/app/.git', '/srv/git', 'acme/app', 'acme/app/.git'],
    ['/acme/app', '/', 'acme/app', 'acme/app'],
    // Beside one that has its name already.
    ['/srv/git/acme/app', '/srv/git', 'git/acme/app', 'acme/app'],
    // Outside all roots.
    ['/home/me/own.git', null, 'own', 'own.git'],
    ['/home/me/own', null, 'me/own', 'me/own'],
    ['/home/me/own.git/.git', null, 'own', 'own.git/.git'],
  ];
  for (const [path, root, full_name, served] of cases)
    t.strictSame(addressOf({ path, root, full_name }), { fullName: full_name, served }, path);
});
