/** `belfry deliveries`, `delivery show`, `redeliver`, `status`. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import stringWidth from 'string-width';
import t, { type Test } from 'tap';
import {
  branches,
  claim,
  EMPTY_ATTEMPT,
  failure,
  NOW,
  outcome,
  recordPush,
  sampleWebhook,
  settle,
} from '../store/samples.ts';
import { matches } from '../support/matches.ts';
import { line } from './stage.ts';

async function stage(t: Test) {
  const cli = await line(t);
  const { store } = cli;
  await store.roots.add('/srv/git');
  const { id } = await store.webhooks.add(sampleWebhook(), 'https://ci.example.com/hook', Date.now());
  const directory = '/srv/git/公司/应用程序的很长的名字.git';
  await recordPush(store, branches('feature/一个很长的分支名称', 'main', 'dev'), {
    directory,
    at: Date.now(),
  });
  const [bad, good, later] = await claim(store, id, { at: Date.now() });
  await settle(
    store,
    [
      outcome(bad!, {
        state: 'failed',
        health: null,
        record: {
          status: 500,
          verdict: 'transient',
          hint: 'The receiver answered 500.',
          responseBody: 'no\n\u001b[31m',
        },
      }),
      outcome(good!),
      failure(later!, Date.now() + 10_000),
    ],
    Date.now(),
  );
  return { ...cli, id, bad: bad!, good: good!, later: later! };
}

const KEYS = [
  'attempts',
  'created_at',
  'event',
  'id',
  'kind',
  'last_error',
  'last_status',
  'merged_into',
  'next_attempt_at',
  'recovered',
  'ref',
  'replayed',
  'repository',
  'state',
  'webhook_id',
];

t.test('the log as a table at 80 columns, and as JSON', async t => {
  const { run, bad, good, later } = await stage(t);
  const { stdout, status } = await run(['deliveries']);
  t.equal(status, 0);
  const lines = stdout.trimEnd().split('\n');
  for (const text of lines) t.ok(stringWidth(text) <= 80, `${stringWidth(text)}: ${text}`);
  for (const { id } of [bad, good, later]) t.match(stdout, new RegExp(`^${id} `, 'm'), 'an id is never cut');
  const rows = (await run(['deliveries', '--json'])).json();
  t.same(Object.keys(rows[0]).sort(), KEYS);
  t.same(
    rows.map((row: { id: string; state: string }) => [row.id, row.state]),
    [
      [later.id, 'pending'],
      [good.id, 'delivered'],
      [bad.id, 'failed'],
    ],
  );
  const ids = async (...args: string[]) =>
    (await run(['deliveries', '--json', ...args])).json().map((row: { id: string }) => row.id);
  t.same(await ids('--state', 'failed'), [bad.id]);
  t.same(await ids('--limit', '1'), [later.id]);
  t.same(await ids('--event', 'tag_push'), []);
  t.same((await ids('--since', '1h')).length, 3);
  t.same((await ids('--repo', '公司/应用程序的很长的名字')).length, 3);
  t.equal((await run(['deliveries', '--state', 'held'])).stdout, 'No deliveries\n');
  t.match(await run(['deliveries', '--repo', '公司/应用程序的很长的名']), {
    status: 1,
    stderr: 'belfry: Unknown repository 公司/应用程序的很长的名\n  Did you mean 公司/应用程序的很长的名字?\n',
  });
});

t.test(
  'at 80 columns id, time with its zone, state and repository are whole; webhooks have their names',
  async t => {
    const { run, store, id } = await stage(t);
    await run(['webhook', 'edit', String(id), '--name', 'Build']);
    const long = 'platform-team/build-infrastructure-tools';
    await recordPush(store, branches('main'), { directory: `/srv/git/${long}.git`, at: Date.now() });
    const { stdout } = await run(['deliveries']);
    const [header, below, ...lines] = stdout.trimEnd().split('\n');
    t.match(header, /^ID +AT \(UTC\) +STATE +TRY +HOOK +EVENT/);
    t.match(below, /^ {4}REPO +REF/);
    const [first] = await store.deliveries.list({ limit: 1 });
    const at = new Date(first!.created_at).toISOString().replace('T', ' ').slice(5, 16);
    t.equal(lines[0]!.startsWith(`${first!.id}  ${at}  pending    0    1 Build  push`), true);
    t.match(lines[1], new RegExp(`^ {4}${long} +main`));
    for (const text of [header!, below!, ...lines]) t.ok(stringWidth(text) <= 80, text);
    const wide = (await run(['deliveries'], { columns: 140 })).stdout.split('\n');
    t.match(wide[0], /^ID .* HOOK .* REPO .* HTTP$/, 'one line where there is room');
  },
);

t.test('states have colours, on a terminal that wants some', async t => {
  const { run } = await stage(t);
  const shown = (await run(['deliveries'], { terminal: true, columns: 140 })).stdout;
  t.match(shown, /^\u001b\[31m\w+ .* failed .*\u001b\[39m$/m, 'all of one that failed');
  t.match(shown, ' \u001b[32mdelivered\u001b[39m ');
  t.match(shown, ' \u001b[33mpending\u001b[39m ');
  const plain = (await run(['deliveries'], { columns: 140 })).stdout;
  t.equal(shown.replace(/\u001b\[\d+m/g, ''), plain, 'and nothing else is different');
  t.equal(
    (await run(['deliveries'], { terminal: true, columns: 140, env: { NO_COLOR: '1' } })).stdout,
    plain,
  );
});

t.test(
  'bodies of JSON have a member a line on a terminal, and are the bytes themselves elsewhere',
  async t => {
    const { run, store, id } = await stage(t);
    await recordPush(store, branches('json'), { directory: '/srv/git/x.git', at: Date.now() });
    const [job] = await claim(store, id, { at: Date.now() });
    const answer = '{"a":[1,2],"big":12345678901234567890,"b":{}}';
    await settle(store, [outcome(job!, { record: { responseBody: answer } })], Date.now());
    const raw = (await run(['delivery', 'show', job!.id])).stdout;
    t.match(raw, `\n${answer}\n`);
    t.match(raw, /^\{"after":/m);
    const pretty = (await run(['delivery', 'show', job!.id], { terminal: true })).stdout;
    t.match(pretty, '\n{\n  "a": [\n    1,\n    2\n  ],\n  "big": 12345678901234567890,\n  "b": {}\n}\n');
    t.match(pretty, /^\{\n {2}"/m, 'what was sent, too');
  },
);

t.test('a receiver that says no is tried again, and called what it is', async t => {
  const { run, store, id } = await stage(t);
  await recordPush(store, branches('404', '401', '403', '500'), {
    directory: '/srv/git/y.git',
    at: Date.now(),
  });
  const jobs = await claim(store, id, { firsts: 4, at: Date.now() });
  const statuses = [404, 401, 403, 500];
  await settle(
    store,
    jobs.map((job, at) => failure(job, Date.now() + 60_000, statuses[at])),
    Date.now(),
  );
  for (const [at, job] of jobs.entries()) {
    const status = statuses[at]!;
    const { stdout } = await run(['delivery', 'show', job.id]);
    const words = status === 500 ? 'temporary, tried again' : `refused ${status}, tried again`;
    t.match(stdout, `verdict: ${words} – The receiver answered ${status}.`);
    const [shown] = (await run(['delivery', 'show', job.id, '--json'])).json().attempts_made;
    t.match(shown, { status, verdict: 'transient' }, 'programs are told the same as ever');
  }
  const list = (await run(['deliveries', '--state', 'pending'])).stdout;
  for (const status of [404, 401, 403]) t.match(list, `\n    refused ${status}\n`);
  t.match(list, '\n    The receiver answered 500.\n');
});

t.test(
  'of a webhook that nobody knows: an error as of `webhook show`; a removed one has its log',
  async t => {
    const { run, id, store } = await stage(t);
    const unknown = {
      status: 1,
      stdout: '',
      stderr: 'belfry: Unknown webhook 77\n  `belfry webhook list` shows their ids.\n',
    };
    t.match(await run(['deliveries', '--webhook', '77']), unknown);
    t.match(await run(['deliveries', '--webhook', '77', '--json']), unknown);
    t.match(await run(['redeliver', '--failed', '--webhook', '77']), unknown);
    t.match(await run(['deliveries', '--webhook', String(id), '--state', 'held']), {
      status: 0,
      stdout: 'No deliveries\n',
    });
    await store.webhooks.remove(id, Date.now());
    t.match(await run(['deliveries', '--webhook', String(id), '--state', 'delivered', '--json']), {
      status: 0,
    });
    t.match(await run(['deliveries', '--webhook', String(id), '--state', 'held']), { status: 0 });
  },
);

t.test('one delivery with every attempt, for people and for programs', async t => {
  const { run, bad } = await stage(t);
  const { stdout } = await run(['delivery', 'show', bad.id.slice(0, 14)]).then(said =>
    said.status === 0 ? said : run(['delivery', 'show', bad.id]),
  );
  t.match(
    stdout,
    new RegExp(
      `^Delivery ${bad.id}: push of 公司/应用程序的很长的名字 refs/heads/feature/一个很长的分支名称`,
    ),
  );
  t.match(stdout, /Webhook 1 \(gitee\), failed, created /);
  t.match(stdout, /── attempt 1, .* 84 ms, 127\.0\.0\.1/);
  t.match(stdout, /^POST https:\/\/ci\.example\.com\/hook$/m);
  t.match(stdout, /^Content-Type: application\/json$/m);
  t.match(stdout, /"hook_id":1,.*"password":"\*\*\*"/);
  t.match(stdout, /^answer 500$/m);
  t.match(stdout, /\\x1b\[31m/);
  t.match(stdout, /verdict: temporary, tried again – The receiver answered 500\./);
  const json = (await run(['delivery', 'show', bad.id, '--json'])).json();
  matches(t, json, {
    id: bad.id,
    state: 'failed',
    facts: { forced: false },
    attempts_made: [{ number: 1, status: 500 }],
  });
  t.same(Object.keys(json.attempts_made[0]).sort(), [
    'address',
    'duration_ms',
    'error',
    'hint',
    'method',
    'number',
    'request_body',
    'request_headers',
    'response_body',
    'response_headers',
    'response_truncated',
    'started_at',
    'status',
    'url',
    'verdict',
  ]);
  t.match(JSON.parse(json.attempts_made[0].request_body), {
    ref: 'refs/heads/feature/一个很长的分支名称',
    ...EMPTY_ATTEMPT.requestEnvelope,
  });
  t.match(await run(['delivery', 'show', 'zzzz']), {
    status: 1,
    stderr: 'belfry: Unknown delivery zzzz\n  `belfry deliveries` shows their ids.\n',
  });
});

t.test('redelivered: by id, all that failed, and truly what became of it', async t => {
  const { run, store, bad, good, id } = await stage(t);
  t.same((await run(['redeliver', good.id, '--json'])).json(), [{ id: good.id, state: 'pending' }]);
  t.equal(
    (await run(['redeliver', '--failed', '--since', '1h'])).stdout,
    `Queued 1 delivery again: ${bad.id}\n`,
  );
  t.equal((await run(['redeliver', '--failed'])).stdout, 'No failed deliveries\n');
  t.match(await run(['redeliver', 'zzzz']), { status: 1, stderr: /^belfry: Unknown delivery zzzz/ });
  await store.webhooks.disable(id, NOW);
  t.equal(
    (await run(['redeliver', good.id])).stdout,
    `Held 1 delivery until the webhook is enabled: ${good.id}\n`,
  );
  t.same((await run(['redeliver', good.id, '--json'])).json(), [{ id: good.id, state: 'held' }]);
});

t.test('an id of digits alone is an id, not a number', async t => {
  const { run } = await stage(t);
  t.match(await run(['redeliver', '0012']), { status: 1, stderr: /Unknown delivery 0012\n/ });
  t.match(await run(['delivery', 'show', '1e5']), { status: 1, stderr: /Unknown delivery 1e5\n/ });
});

t.test('status: 0 when all is well, 1 when something needs a person', async t => {
  const { run, store } = await line(t);
  const well = await run(['status']);
  t.equal(well.status, 0);
  t.match(well.stdout, /^queue {5}0 pending, 0 sending, 0 held$/m);
  t.match(well.stdout, /No action needed\n$/);
  const document = (await run(['status', '--json'])).json();
  matches(t, document, {
    ok: true,
    spool_waiting: 0,
    spool_quarantined: [],
    pending: 0,
    sending: 0,
    held: 0,
    failed: 0,
    failing: [],
    last_errors: [],
  });
  t.type(document.worker_pid, 'number');
  t.equal((await store.webhooks.list()).length, 0);
});

t.test('status said "1 failing" and "no action needed" one below the other', async t => {
  const { run, store, home } = await line(t);
  const { id } = await store.webhooks.add(sampleWebhook(), 'https://ci.example.com/hook', Date.now());
  await recordPush(store, branches('main'), { at: Date.now() });
  const [job] = await claim(store, id, { at: Date.now() });
  await settle(store, [failure(job!, Date.now() + 60_000, 404)], Date.now());
  const { status, stdout } = await run(['status'], { columns: 120 });
  t.equal(status, 0, 'nobody has to act yet');
  t.match(stdout, /^webhooks {2}1, 1 failing$/m);
  t.notMatch(stdout, 'No action needed');
  t.match(
    stdout,
    `\nWebhook 1 is tried again by schedule; \`belfry --home ${home} webhook show 1\` says what the receiver answers\n`,
  );
});

t.test('status: names what failed, what is disabled, what is quarantined', async t => {
  const { run, store, home, bad, id } = await stage(t);
  writeFileSync(join(home, 'spool', 'bad', 'x\u001b'), '');
  writeFileSync(join(home, 'spool', 'bad', 'x\u001b.reason'), 'it is rubbish\n');
  await recordPush(store, branches('gone'), { directory: '/srv/git/公司/应用程序的很长的名字.git' });
  const [job] = await claim(store, id);
  await settle(
    store,
    [
      outcome(job!, {
        state: 'failed',
        health: { kind: 'gone', hint: 'It is gone (410).' },
        record: { status: 410, hint: 'It is gone (410).' },
      }),
    ],
    Date.now(),
  );
  const { status, stdout } = await run(['status'], { columns: 120 });
  t.equal(status, 1);
  t.match(stdout, /^failed {4}2 in the last 7 days$/m);
  t.match(stdout, /webhook 1 \(\* → https:\/\/ci\.example\.com\/hook\): stopped by belfry,/);
  t.match(stdout, /It is gone \(410\)\./);
  t.match(stdout, `once fixed: belfry --home ${home} webhook enable 1`);
  t.match(stdout, new RegExp(`delivery ${bad.id} to webhook 1: The receiver answered 500\\.`));
  t.match(stdout, `once fixed: belfry --home ${home} redeliver --failed`);
  t.match(stdout, /push x\\x1b is quarantined: it is rubbish/);
  t.match(stdout, /Action needed, see above\n$/);
  const json = await run(['status', '--json']);
  t.equal(json.status, 1);
  matches(t, json.json(), {
    ok: false,
    failed: 2,
    held: 1,
    spool_quarantined: [{ name: 'x\u001b', reason: 'it is rubbish' }],
    failing: [{ id: 1, state: 'disabled', disabled_reason: 'It is gone (410).' }],
    last_errors: [{ webhook_id: 1, error: 'It is gone (410).' }, { id: bad.id }],
  });
});
