/** What repeats is kept once, and what comes back is what was given, whatever differs. */
import Database from 'better-sqlite3';
import fc from 'fast-check';
import t from 'tap';
import { sortedJson } from '../../src/gitee/json.ts';
import type { Db } from '../../src/store/database.ts';
import { write } from '../../src/store/database.ts';
import { eventPacker, eventUnpacker } from '../../src/store/event-text.ts';
import { migrate } from '../../src/store/migrate.ts';
import { createPatterns, patternReader } from '../../src/store/patterns.ts';
import { samplePush } from '../support/sample-events.ts';
import { MIGRATIONS } from './stage.ts';
import '../support/fixed-seed.ts';

function database(): Db {
  const db = new Database(':memory:');
  migrate(db, MIGRATIONS);
  return db;
}

const rowsOf = (db: Db) => db.prepare('select count(*) from pattern').pluck().get();

t.test('texts that differ become parts, and after a few rows no further pattern is made', t => {
  const db = database();
  const patterns = createPatterns(db);
  const unpack = patternReader(db);
  const row = (n: number) => [
    'https://ci.example.com',
    'X-Token',
    `token-number-${n}`,
    'Date',
    n < 4 ? 'today' : 'tomorrow',
    'id',
    `key-of-${n}`,
  ];
  for (let n = 0; n < 50; n++) {
    const packed = patterns.pack('webhook:1', 'a', row(n), `key-of-${n}`)!;
    t.strictSame(unpack(packed, `key-of-${n}`), { shape: 'a', texts: row(n) });
  }
  t.equal(rowsOf(db), 3, 'the first row, another token, another day');
  const last = patterns.pack('webhook:1', 'a', row(50), 'key-of-50')!;
  t.equal(last.parts, 'token-number-50\ntomorrow', 'the key is not among them');
  db.close();
  t.end();
});

t.test('another process goes on with the patterns that there are', t => {
  const db = database();
  const row = (n: number) => ['constant', `token-number-${n}`];
  for (let n = 0; n < 3; n++) createPatterns(db).pack('webhook:1', 'a', row(n), 'key');
  t.equal(rowsOf(db), 2);
  db.close();
  t.end();
});

t.test('a pattern of a transaction that was rolled back is not used', t => {
  const db = database();
  const patterns = createPatterns(db);
  t.throws(() =>
    write(db, () => {
      patterns.pack('webhook:1', 'a', ['x'], 'key');
      throw new Error('the disk is full');
    }),
  );
  const packed = patterns.pack('webhook:1', 'a', ['x'], 'key')!;
  t.strictSame(patternReader(db)(packed, 'key').texts, ['x']);
  db.close();
  t.end();
});

t.test('a receiver that answers differently every time fills no table: rows keep their texts', t => {
  const db = database();
  const patterns = createPatterns(db);
  const kept = Array.from({ length: 200 }, (_, n) => patterns.pack('webhook:1', `shape ${n}`, ['x'], 'key'));
  t.equal(kept.filter(one => one === null).length, 200 - 64);
  t.equal(rowsOf(db), 64);
  t.not(patterns.pack('webhook:2', 'shape', ['x'], 'key'), null, 'others are not concerned');
  db.close();
  t.end();
});

t.test('whatever the texts are, they come back', t => {
  const text = fc.oneof(
    fc.constantFrom('', 'a', 'key', 'the same text', '\n', 'two\nlines', '0'),
    fc.string({ unit: 'binary' }),
  );
  const db = database();
  const patterns = createPatterns(db);
  const unpack = patternReader(db);
  let n = 0;
  fc.assert(
    fc.property(
      fc.array(fc.array(text, { minLength: 3, maxLength: 3 }), { minLength: 1, maxLength: 12 }),
      rows => {
        n++;
        for (const texts of rows) {
          const packed = patterns.pack(`webhook:${n}`, 's', texts, 'key');
          if (packed !== null) t.strictSame(unpack(packed, 'key').texts, texts);
        }
      },
    ),
  );
  db.close();
  t.end();
});

t.test('an event comes back to the byte, whatever its commits and its description hold', t => {
  const db = database();
  const pack = eventPacker(db);
  const unpack = eventUnpacker(db);
  const hostile = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('\u0001', '\u0002', '","head_commit":{', ',"project":', '"commits":[', '$&', "$'"),
  );
  fc.assert(
    fc.property(hostile, hostile, fc.boolean(), (message, description, isCreated) => {
      const { data } = samplePush() as { data: Record<string, unknown> };
      const head = { ...(data.head_commit as object), message };
      const repository = { ...(data.repository as object), description };
      const commits = isCreated ? null : [head, { ...head, id: 'f'.repeat(40) }, head];
      const json = sortedJson({ ...data, commits, head_commit: head, repository, project: repository });
      t.equal(unpack(pack(3, 'push', json)), json);
    }),
  );
  for (const json of ['{}', '[]', '{"a":1}', sortedJson({ commits: [], head_commit: null })])
    t.equal(unpack(pack(3, 'push', json)), json);
  db.close();
  t.end();
});
