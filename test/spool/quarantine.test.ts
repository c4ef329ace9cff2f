/** Whatever its name: out of the way, with its reason, and nothing that was put there before is lost. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { openQuarantine } from '../../src/spool/quarantine.ts';
import { matches } from '../support/matches.ts';

t.test('names that are taken, or too long for the reason behind them', async t => {
  const dir = t.testdir({ new: {}, bad: {} });
  const bad = join(dir, 'bad');
  const { keep, list } = openQuarantine(bad);
  const drop = (name: string, content: string) => {
    const path = join(dir, 'new', name);
    writeFileSync(path, content);
    return path;
  };
  await keep(drop('one', 'first'), 'why');
  await keep(drop('one', 'second'), 'why again');
  mkdirSync(join(dir, 'new', 'one', 'full'), { recursive: true });
  await keep(join(dir, 'new', 'one'), 'a directory');
  const long = '长'.repeat(85);
  await keep(drop(long, 'long'), 'too long');
  await keep(join(dir, 'new', 'gone'), 'gone meanwhile');
  t.same(readdirSync(join(dir, 'new')), []);
  const names = readdirSync(bad).filter(name => !name.endsWith('.reason'));
  t.equal(names.length, 4);
  t.equal(readFileSync(join(bad, 'one'), 'utf8'), 'first', 'the first keeps its name');
  const reasons = new Map((await list()).map(({ name, reason }) => [name, reason]));
  t.same([...reasons.values()].sort(), ['a directory', 'gone meanwhile', 'too long', 'why', 'why again']);
  for (const name of names) t.ok(reasons.has(name), `${name} has its reason`);
});

t.test('of one account only so much rubbish is kept, and a person is told so', async t => {
  const dir = t.testdir({ new: {}, bad: {} });
  const bad = join(dir, 'bad');
  const drop = (name: string) => {
    writeFileSync(join(dir, 'new', name), 'rubbish');
    return join(dir, 'new', name);
  };
  const { keepSome, keep, list } = openQuarantine(bad, 3);
  const uid = process.getuid!();
  const outcomes = [];
  for (let n = 0; n < 5; n++) outcomes.push(await keepSome(drop(`f${n}`), uid, 'why'));
  t.same(outcomes, ['kept', 'kept', 'kept', 'first removed', 'removed']);
  t.same(readdirSync(join(dir, 'new')), []);
  t.equal(await keepSome(drop('another'), uid + 1, 'why'), 'kept', 'of another account');
  await keep(drop('push'), 'its repository is gone');
  matches(t, (await list()).map(({ reason }) => reason).sort(), [
    'its repository is gone',
    /user \d+ left more than 3 files/,
    'why',
    'why',
    'why',
    'why',
  ]);
  const again = openQuarantine(bad, 3);
  t.equal(await again.keepSome(drop('f9'), uid, 'why'), 'removed', 'another process counts what is there');
  mkdirSync(join(dir, 'new', 'full', 'below'), { recursive: true });
  t.equal(await again.keepSome(join(dir, 'new', 'full'), uid, 'why'), 'removed');
  matches(
    t,
    readdirSync(join(dir, 'new')),
    [/^\./],
    'a directory that is not empty is nobody’s file any more',
  );
});
