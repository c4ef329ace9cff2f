/** `docs/who-pushed.md`: its table is what the hooks read and what counts, in that order, and its lines are as sshd has them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { loginOfKey, parseAuthorizedKeys } from '../../src/host/authorized-keys.ts';
import { identifyPusher } from '../../src/model/pusher.ts';
import { PROJECT } from '../support/belfry.ts';

const read = (...path: string[]) => readFileSync(join(PROJECT, ...path), 'utf8');
const page = read('docs', 'who-pushed.md');
const VARIABLE = /`([A-Z]+_[A-Z_]+)`/g;

t.test('the table', async t => {
  const rows = page.split('\n').filter(line => /^\| (`|–)/.test(line));
  const variables = rows.map(row => [...row.split('|')[1]!.matchAll(VARIABLE)].map(([, name]) => name!));
  for (const hook of ['common.sh', 'proc-receive']) {
    const list = /for belfry_key in ([^;]*);/
      .exec(read('hooks', hook))![1]!
      .split(/[\s\\]+/)
      .filter(Boolean);
    const known = [...variables.flat(), 'GIT_PUSH_CERT_STATUS', 'GIT_PUSH_CERT_KEY'];
    t.strictSame([...list].sort(), known.sort(), `what ${hook} hands on`);
  }
  const left = new Map(
    variables
      .flat()
      .map(name => [name, /EMAIL/.test(name) ? 'e@example.com' : `${name} <${name}@example.com>`]),
  );
  left.set('GIT_PUSH_CERT_STATUS', 'G');
  for (const [first] of variables) {
    const { login } = identifyPusher(left, 'account');
    if (first === undefined) t.equal(login, 'account', 'in the end');
    else t.ok(login.startsWith(first), `${first} comes next`);
    left.delete(first ?? '');
  }
});

t.test('every key in it leads to a login', async t => {
  const blocks = [...page.matchAll(/^```\n(.*?)^```$/gms)].map(([, text]) => text!);
  const keys = blocks.flatMap(parseAuthorizedKeys);
  t.strictSame(
    keys.map(key => [key.restricted, loginOfKey(key)]),
    ['alice', 'alice', 'bob'].map(login => [
      true,
      { by: 'belfry-shell', program: '/usr/local/bin/belfry-shell', login },
    ]),
  );
});
