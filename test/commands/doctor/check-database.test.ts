/** Databases that cannot be used, each with its own way out. */
import { mkdirSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import t from 'tap';
import { checkDatabase } from '../../../src/commands/doctor/check-database.ts';
import type { Finding } from '../../../src/commands/doctor/finding.ts';
import { examineDatabase } from '../../../src/store/examine-database.ts';
import { oldDatabase } from '../../store/old-schema.ts';
import { MIGRATIONS, openTestStore } from '../../store/stage.ts';
import { uncommentedChoices } from '../../support/fix-blocks.ts';
import { matches } from '../../support/matches.ts';

/** What is pasted as it stands does no damage, whatever was found. */
async function found(findings: AsyncIterable<Finding>): Promise<Finding[]> {
  const all = await Array.fromAsync(findings);
  const choices = all.flatMap(({ fix }) => uncommentedChoices(fix));
  if (choices.length > 0) throw new Error(`wanted these as comments:\n${choices.join('\n')}`);
  return all;
}

t.test('states', async t => {
  const { home, store } = openTestStore(t);
  const look = () => examineDatabase(home, MIGRATIONS, 100);
  t.same(await found(checkDatabase(home, look())), [], 'a healthy one');
  const mounts = join(home, 'mounts');
  writeFileSync(
    mounts,
    `/dev/x / ext4 rw 0 0\nhost:/ ${realpathSync(home).replaceAll(' ', '\\040')} nfs4 rw 0 0\n`,
  );
  matches(t, await found(checkDatabase(home, look(), mounts)), [
    {
      level: 'problem',
      got: 'nfs4',
      fix: /^findmnt .*\n# to move[\s\S]*\n# cp -a [\s\S]*\n# \.\/install\.sh --home DIR /,
    },
  ]);

  const older = { ...look(), schema: 1, newest: 2 };
  matches(t, await found(checkDatabase(home, older)), [
    { level: 'problem', got: /^schema 1,/, fix: 'belfry install' },
  ]);

  store.close();
  const db = new Database(join(home, 'belfry.db'));
  db.pragma('user_version = 999');
  db.close();
  matches(t, await found(checkDatabase(home, look())), [
    {
      level: 'problem',
      got: 'schema 999, of a newer belfry',
      fix: /^\.\/install\.sh {3}# of the newer belfry/,
    },
  ]);

  const refused = t.testdir({ foreign: {}, old: {} });
  const foreign = new Database(join(refused, 'foreign', 'belfry.db'));
  foreign.pragma('application_id = 1');
  foreign.close();
  oldDatabase(join(refused, 'old', 'belfry.db'), 9).close();
  for (const [name, got, fix] of [
    [
      'foreign',
      /another program: its application id is 0x00000001$/,
      /^for f in .*belfry\.db\*; do mv .*\.foreign.*\nbelfry restore/,
    ],
    [
      'old',
      /has schema 9, from before 0\.2\.0/,
      /^git checkout [0-9a-f]{40} && \{ \.\/install\.sh; git checkout -; \} && \.\/install\.sh /,
    ],
  ] as const) {
    const state = examineDatabase(join(refused, name), MIGRATIONS);
    matches(t, await found(checkDatabase(join(refused, name), state)), [{ level: 'problem', got, fix }]);
  }

  writeFileSync(join(home, 'belfry.db'), 'no database, but long enough to be read as one');
  const damaged = await found(checkDatabase(home, look()));
  matches(t, damaged, [{ level: 'problem', got: /SQLITE_NOTADB/, fix: /restore a backup[\s\S]*start over/ }]);

  const empty = t.testdir({});
  matches(t, await found(checkDatabase(empty, examineDatabase(empty, MIGRATIONS))), [
    {
      level: 'problem',
      got: /^none; pushes wait/,
      fix: /^belfry restore --yes BACKUP\n# or start over[^\n]*: belfry install DIR/,
    },
  ]);
});

t.test('a database that cannot be used: what helps depends on why', async t => {
  const { home, store } = openTestStore(t);
  const healthy = examineDatabase(home, MIGRATIONS);
  store.close();
  const odd = join(home, 'odd');
  mkdirSync(join(odd, 'belfry.db'), { recursive: true });
  t.match(examineDatabase(odd, MIGRATIONS).trouble, { by: 'disk', message: /SQLITE_IOERR/ });
  for (const [by, fix] of [
    ['full', /^df -h /],
    ['disk', /^sudo dmesg /],
    ['access', /^sudo chown -R --reference=/],
    ['other', /^ls -l /],
  ] as const) {
    const state = { ...healthy, trouble: { by, message: 'm' } };
    matches(t, await found(checkDatabase(home, state)), [{ level: 'problem', got: 'm', fix }]);
  }
});
