/** `belfry push`: what came in, what waits and what is quarantined, and the way back. */
import {
  chmodSync,
  chownSync,
  readdirSync,
  renameSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import t, { type Test } from 'tap';
import { branches, recordPush, sampleWebhook } from '../store/samples.ts';
import { matches } from '../support/matches.ts';
import { line } from './stage.ts';

const [OLD, NEW] = ['a'.repeat(40), 'b'.repeat(40)];
const MINUTE = 60_000;

async function stage(t: Test) {
  const made = await line(t);
  const now = Math.floor(Date.now() / 1_000) * 1_000;
  await made.store.webhooks.add(sampleWebhook(), 'https://ci.example.com/hook', now);
  const place = (folder: string, name = '') => join(made.home, 'spool', folder, name);
  const put = (folder: 'new' | 'bad', name: string, { at = now, text = '', reason = 'it is away' } = {}) => {
    const push = `belfry-push 1\ndirectory /srv/git/acme/app.git\nhook 1\nenv GL_USER alice\noption x=y\n\n${OLD} ${NEW} refs/heads/main\n`;
    writeFileSync(place(folder, name), text || push);
    utimesSync(place(folder, name), at / 1_000, at / 1_000);
    if (folder === 'bad') writeFileSync(place('bad', `${name}.reason`), `${reason}\n`);
  };
  return { ...made, now, place, put, names: (folder: string) => readdirSync(place(folder)).sort() };
}

t.test('a list of all: what is announced, what waits for another try, what is quarantined', async t => {
  const { run, store, now, put, home } = await stage(t);
  await recordPush(store, branches('main', 'next'), { at: now - 3 * MINUTE, spoolName: 'told' });
  put('bad', 'bad-1', { at: now - 2 * MINUTE });
  put('new', 'new-1', { at: now - MINUTE });
  const putOff = { name: 'new-1', tries: 2, next_at: now + MINUTE, reason: 'git was killed', since: now };
  await store.putOff.put(putOff);
  const app = { repository: 'acme/app' };
  const { status, stdout } = await run(['push', 'list', '--json']);
  t.equal(status, 0);
  t.strictSame(JSON.parse(stdout), [
    {
      ...{ id: 'new-1', state: 'waiting', pushed_at: now - MINUTE, ...app, pusher: 'alice', refs: 1 },
      ...{ deliveries: null, reason: 'git was killed', tries: 2, next_try_at: now + MINUTE, hint: null },
    },
    {
      ...{ id: 'bad-1', state: 'quarantined', pushed_at: now - 2 * MINUTE, ...app, pusher: 'alice', refs: 1 },
      ...{ deliveries: null, reason: 'it is away', tries: 0, next_try_at: null },
      hint: `Fix what the reason names, then run \`belfry --home ${home} push retry -- bad-1\`; \`belfry --home ${home} doctor\` says how to remove it instead.`,
    },
    {
      ...{
        id: 'told',
        state: 'announced',
        pushed_at: now - 3 * MINUTE,
        ...app,
        pusher: 'zhang-san',
        refs: 2,
      },
      ...{ deliveries: 2, reason: null, tries: 0, next_try_at: null, hint: null },
    },
  ]);
  const ids = async (...more: string[]) =>
    (await run(['push', 'list', '--json', ...more])).json().map((one: { id: string }) => one.id);
  t.strictSame(await ids('--state', 'quarantined'), ['bad-1']);
  t.strictSame(await ids('--repo', 'acme/app', '--since', '150s'), ['new-1', 'bad-1']);
  t.match(await run(['push', 'list', '--repo', 'acme/none']), {
    status: 1,
    stderr: /Unknown repository acme\/none/,
  });
  await recordPush(store, branches('later'), { at: now, spoolName: 'later' });
  t.strictSame(await ids('--limit', '1'), ['later', 'new-1', 'bad-1'], 'what is new pushes nothing out');
  const text = (await run(['push', 'list'])).stdout;
  t.match(text, /^bad-1 +\S+ \S+ +quarantined +acme\/app +alice +1$\n {4}it is away$/m);
  t.match(text, /^ {4}git was killed; next try at /m);
  t.ok(text.includes(`belfry --home ${home} push retry ID`));
  const said = (await run(['status'])).stdout;
  t.match(said, /^ {2}push new-1 failed 2 times, next try at \S+ \S+: git was killed$/m);
  t.match(said, /^ {2}push bad-1 is quarantined: it is away$/m);
});

t.test('one push, by its id, its beginning or its number', async t => {
  const { run, store, now, put } = await stage(t);
  await recordPush(store, branches('main'), { at: now, spoolName: '3f0c2a9e-1' });
  put('bad', '7777-a');
  put('bad', '7777-b');
  put('bad', '7777');
  for (const id of ['3f0c2a9e-1', '3f0', '1']) {
    const shown = (await run(['push', 'show', id, '--json'])).json();
    t.strictSame([shown.id, shown.number, shown.state], ['3f0c2a9e-1', 1, 'announced'], id);
    t.equal(shown.updates[0].ref, 'refs/heads/main');
    t.strictSame(
      shown.updates[0].deliveries.map((one: { state: string }) => one.state),
      ['pending'],
    );
  }
  t.equal((await run(['push', 'show', '7777', '--json'])).json().id, '7777', 'a whole id before a beginning');
  t.strictSame((await run(['push', 'show', '7777-b', '--json'])).json().updates, [
    { ref: 'refs/heads/main', before: OLD, after: NEW },
  ]);
  t.match(await run(['push', 'show', '77']), { status: 2, stderr: /77 matches several pushes/ });
  const unknown = await run(['push', 'show', 'none']);
  t.strictSame([unknown.status, unknown.stdout], [1, '']);
  t.match(unknown.stderr, /Unknown push none\n {2}`belfry .*push list` shows the ids/);
  const text = (await run(['push', 'show', '7777-a'])).stdout;
  t.match(text, /^Repository acme\/app, pusher alice$/m);
  t.match(text, /^quarantined$\nPush options x=y$\n {2}reason: it is away$/m);
  t.match((await run(['push', 'show', '3f0'])).stdout, /^ {2}refs\/heads\/main \w{12} → \w{12}: 1 pending$/m);
});

t.test('retry renames the very file back: who wrote it, and when, stays proven', async t => {
  const { run, now, put, names, place } = await stage(t);
  put('bad', 'one', { at: now - MINUTE });
  put('bad', 'two');
  put('bad', 'rubbish', { text: 'no push' });
  chmodSync(place('bad', 'one'), 0o640);
  // As it is where several accounts push.
  if (process.getuid?.() === 0) chownSync(place('bad', 'one'), 65_534, 65_534);
  const before = statSync(place('bad', 'one'));
  t.match(await run(['push', 'retry', 'one']), { status: 0, stdout: 'Retrying 1 push: one\n' });
  const after = statSync(place('new', 'one'));
  for (const key of ['ino', 'uid', 'gid', 'mode', 'mtimeMs', 'nlink'] as const)
    t.equal(after[key], before[key], key);
  t.strictSame(names('bad'), ['rubbish', 'rubbish.reason', 'two', 'two.reason']);
  t.strictSame((await run(['push', 'retry', '--all', '--json'])).json(), [{ id: 'two', state: 'waiting' }]);
  t.strictSame(names('bad'), ['rubbish', 'rubbish.reason'], 'what is no push would only come back');
  t.match((await run(['push', 'retry', '--all'])).stdout, /^Skipped what is not a push: 1 file$/m);
  t.match(await run(['push', 'retry', 'rubbish']), { status: 0 }, 'by its name it can be tried all the same');
});

t.test('mistakes change nothing', async t => {
  const { run, store, now, put, names } = await stage(t);
  await recordPush(store, branches('main'), { at: now, spoolName: 'told' });
  put('bad', 'one');
  t.match(await run(['push', 'retry', 'one', 'none']), { status: 1, stderr: /Unknown push none\n/ });
  t.match(await run(['push', 'retry', 'one', 'told']), {
    status: 1,
    stderr: /told was already announced\n.*redeliver/,
  });
  t.match(await run(['push', 'retry']), {
    status: 2,
    stderr: /Missing ids: give push ids, or use --all\.\n.*push list/,
  });
  t.match(await run(['push', 'retry', 'one', '--all']), {
    status: 2,
    stderr: /Give only one of push ids and --all\./,
  });
  for (const name of ['..', '../bad/one', '.', '', 'one.reason', 'one/'])
    t.match(await run(['push', 'retry', name]), { status: 1, stderr: /Unknown push/ }, name);
  t.strictSame([names('bad'), names('new')], [['one', 'one.reason'], []]);
});

t.test('names and things that somebody else has chosen', async t => {
  const { run, put, names, place } = await stage(t);
  const evil = 'x\u001b[2J $(touch pwned) ; y';
  put('bad', evil, { reason: 'a\u001b[31mb' });
  for (const args of [['list'], ['show', evil], ['list', '--json'], ['show', evil, '--json']]) {
    const { status, stdout } = await run(['push', ...args]);
    t.equal(status, 0, args.join(' '));
    t.notMatch(stdout, /\u001b/, args.join(' '));
  }
  t.match(await run(['push', 'retry', evil]), { status: 0, stdout: /x\\x1b\[2J/ });
  t.strictSame([names('bad'), names('new')], [[], [evil]]);
  // Whoever may drop files could have put one of this name there meanwhile.
  put('bad', 'twice');
  put('new', 'twice', { text: 'another one' });
  const [{ id }] = (await run(['push', 'retry', 'twice', '--json'])).json();
  t.match(id, /^retried-[0-9a-f-]{36}$/);
  t.strictSame(names('new'), [id, 'twice', evil].sort());
  t.equal(statSync(place('new', 'twice')).size, 'another one'.length, 'it is not replaced');
  put('bad', 'look-1-2-3');
  t.match((await run(['push', 'retry', 'look-1-2-3', '--json'])).json()[0].id, /^retried-/);
  symlinkSync('/etc/passwd', place('bad', 'link'));
  writeFileSync(place('bad', 'link.reason'), 'it is a symbolic link\n');
  matches(t, (await run(['push', 'retry', 'link', '--json'])).json(), [{ id: 'link', state: 'gone' }]);
  t.strictSame(names('bad'), ['link', 'link.reason']);
});

t.test('two retries at once, and one that was killed between its two steps', async t => {
  const { run, put, names, place } = await stage(t);
  put('bad', 'one');
  const both = await Promise.all([1, 2].map(() => run(['push', 'retry', '--all', '--json'])));
  t.equal(both.filter(({ status }) => status === 0).length, 2);
  t.strictSame([names('bad'), names('new')], [[], ['one']]);
  renameSync(place('new', 'one'), place('bad', 'one'));
  matches(t, (await run(['push', 'list', '--json'])).json(), [
    { id: 'one', state: 'quarantined', reason: 'no reason was recorded' },
  ]);
  t.equal((await run(['status'])).status, 1);
  t.strictSame((await run(['push', 'retry', '--all', '--json'])).json(), [{ id: 'one', state: 'waiting' }]);
});
