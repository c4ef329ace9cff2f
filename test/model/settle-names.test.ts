import t from 'tap';
import type { Identity, Place } from '../../src/model/place.ts';
import { type KnownRepository, settleNames } from '../../src/model/settle-names.ts';

const ROOT = '/g';

function identity(inode: number, birth: string | null = `b${inode}`, device = 'd1'): Identity {
  return { inode: String(inode), birth, device };
}

/** A directory below the root, or outside it. */
function at(path: string, what: Identity, more: Partial<Place> = {}): Place {
  return {
    path,
    directory: path,
    root: path.startsWith('/g/') ? ROOT : null,
    linked: false,
    identity: what,
    ...more,
  };
}

function known(id: number, path: string, what: Identity | null, full_name = path.slice(3)): KnownRepository {
  return { id, full_name, path, root: path.startsWith('/g/') ? ROOT : null, identity: what };
}

/** By id the name and the path of each; then the new ones, then those that are gone. */
function settled(rows: KnownRepository[], places: Place[]) {
  const { stands, fresh, gone } = settleNames(rows, places);
  const shown = ({ fullName, place }: { fullName: string | null; place: Place }) => [fullName, place.path];
  return [Object.fromEntries([...stands].map(([id, found]) => [id, shown(found)])), fresh.map(shown), gone];
}

t.test('another directory at a known name is still that repository', async t => {
  t.same(settled([known(1, '/g/a', identity(1))], [at('/g/a', identity(2))]), [{ 1: ['a', '/g/a'] }, [], []]);
});

t.test('a known directory at a new name, gone from the old one, was renamed', async t => {
  t.same(settled([known(1, '/g/a', identity(1))], [at('/g/b', identity(1))]), [{ 1: ['b', '/g/b'] }, [], []]);
});

t.test('an inode that was used again is another directory: its birth time differs', async t => {
  const again = identity(1, 'later');
  t.same(settled([known(1, '/g/a', identity(1))], [at('/g/b', again)]), [{}, [['b', '/g/b']], [1]]);
});

t.test('without birth times the device has to be the same', async t => {
  const rows = [known(1, '/g/a', identity(1, null))];
  t.same(settled(rows, [at('/g/b', identity(1, null))]), [{ 1: ['b', '/g/b'] }, [], []]);
  t.same(settled(rows, [at('/g/b', identity(1, null, 'd2'))]), [{}, [['b', '/g/b']], [1]]);
  t.same(settled(rows, [at('/g/b', identity(1, 'some'))]), [{}, [['b', '/g/b']], [1]]);
});

t.test(
  'with birth times a remount changes nothing; the device decides between two that are the same',
  async t => {
    const rows = [known(1, '/g/a', identity(1))];
    t.same(settled(rows, [at('/g/b', identity(1, 'b1', 'd2'))]), [{ 1: ['b', '/g/b'] }, [], []]);
    // A snapshot of the whole disk, mounted elsewhere.
    const snapshot = at('/mnt/a', identity(1, 'b1', 'd2'));
    t.same(settled(rows, [snapshot, at('/g/a', identity(1))]), [
      { 1: ['a', '/g/a'] },
      [[null, '/mnt/a']],
      [],
    ]);
  },
);

t.test('moved away and another one at its name: the name decides', async t => {
  const places = [at('/g/a', identity(2)), at('/g/b', identity(1))];
  t.same(settled([known(1, '/g/a', identity(1))], places), [{ 1: ['a', '/g/a'] }, [['b', '/g/b']], []]);
});

t.test('a known one takes the place of one that is nowhere: the name decides', async t => {
  const rows = [known(1, '/g/a', identity(1)), known(2, '/g/b', identity(2))];
  t.same(settled(rows, [at('/g/a', identity(2))]), [{ 1: ['a', '/g/a'] }, [], [2]]);
});

t.test('two that change places, three in a circle, and a row of moves', async t => {
  const two = [known(1, '/g/a', identity(1)), known(2, '/g/b', identity(2))];
  t.same(settled(two, [at('/g/a', identity(2)), at('/g/b', identity(1))]), [
    { 1: ['b', '/g/b'], 2: ['a', '/g/a'] },
    [],
    [],
  ]);
  const three = [...two, known(3, '/g/c', identity(3))];
  t.same(settled(three, [at('/g/a', identity(3)), at('/g/b', identity(1)), at('/g/c', identity(2))]), [
    { 1: ['b', '/g/b'], 2: ['c', '/g/c'], 3: ['a', '/g/a'] },
    [],
    [],
  ]);
  t.same(settled(two, [at('/g/b', identity(1)), at('/g/c', identity(2))]), [
    { 1: ['b', '/g/b'], 2: ['c', '/g/c'] },
    [],
    [],
  ]);
});

t.test('two names at once: a real path beats a link, then the first known wins', async t => {
  const link = (path: string) => at(path, identity(1), { linked: true, directory: '/d/1' });
  const rows = [known(1, '/g/old', identity(1))];
  t.same(settled(rows, [link('/g/old'), at('/g/real', identity(1))]), [{ 1: ['real', '/g/real'] }, [], []]);
  t.same(settled(rows, [link('/g/a'), link('/g/old')]), [{ 1: ['old', '/g/old'] }, [], []]);
  const { stands } = settleNames(rows, [link('/g/a'), link('/g/old')]);
  t.same(
    stands.get(1)?.aliases.map(({ path }) => path),
    ['/g/a'],
  );
  t.same(settled(rows, [at('/d/1', identity(1)), link('/g/a')]), [{ 1: ['a', '/g/a'] }, [], []]);
});

t.test('app beside app.git: who had the name keeps it, in whichever order they come', async t => {
  const rows = [known(1, '/g/app', identity(1), 'app')];
  const both = [at('/g/app', identity(1)), at('/g/app.git', identity(2))];
  t.same(settled(rows, both), [{ 1: ['app', '/g/app'] }, [[null, '/g/app.git']], []]);
  t.same(settled(rows, both.toReversed()), [{ 1: ['app', '/g/app'] }, [[null, '/g/app.git']], []]);
  t.same(settled([known(1, '/g/app.git', identity(2), 'app')], both), [
    { 1: ['app', '/g/app.git'] },
    [[null, '/g/app']],
    [],
  ]);
  t.same(
    settled(rows, [at('/g/app.git', identity(1))]),
    [{ 1: ['app', '/g/app.git'] }, [], []],
    'only renamed',
  );
});

t.test('moved out of all roots, and in again', async t => {
  t.same(settled([known(1, '/g/a', identity(1))], [at('/h/a', identity(1))]), [
    { 1: [null, '/h/a'] },
    [],
    [],
  ]);
  const outside = [known(1, '/h/a', identity(1), 'a')];
  t.same(settled(outside, [at('/g/x/a', identity(1))]), [{ 1: ['x/a', '/g/x/a'] }, [], []]);
});

t.test('one outside has no claim to a name below a root', async t => {
  const rows = [known(1, '/h/a', identity(1), 'a')];
  t.same(settled(rows, [at('/h/a', identity(1)), at('/g/a', identity(2))]), [
    { 1: [null, '/h/a'] },
    [['a', '/g/a']],
    [],
  ]);
});

t.test('a row of which only the path is known keeps its place', async t => {
  t.same(settled([known(1, '/g/a', null)], [at('/g/a', identity(9))]), [{ 1: ['a', '/g/a'] }, [], []]);
});

t.test('ten thousand that all move take no square of time', async t => {
  const rows = Array.from({ length: 10_000 }, (_, n) => known(n + 1, `/g/a/${n}`, identity(n + 1)));
  const places = rows.map(({ path, identity }) => at(path.replace('/g/a/', '/g/b/'), identity!));
  const { stands, fresh, gone } = settleNames(rows, places);
  t.same([stands.size, fresh.length, gone.length], [10_000, 0, 0]);
});
