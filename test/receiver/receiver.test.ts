import t from 'tap';
import { toShortUser } from '../../src/gitee/person.ts';
import { gitee } from '../../src/kinds/gitee.ts';
import type { Seal } from '../../src/kinds/kind.ts';
import { parse, verify } from '../../src/receiver/receiver.ts';
import { matches } from '../support/matches.ts';
import {
  sampleIssue,
  sampleMergeRequest,
  sampleNote,
  sampleNotes,
  samplePush,
  sampleTag,
} from '../support/sample-events.ts';

const NOW = 1_646_657_144_174;
const SECRET = 'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

function delivered(changes: Partial<Seal> = {}, event = samplePush()) {
  const seal: Seal = {
    url: 'https://ci.example.com/hook',
    secret: SECRET,
    auth: 'signature',
    event: event.name,
    deliveryId: '1mk9q2x0c5f7a3bd',
    webhook: { id: 3, url: 'https://git.example.com/acme/app/hooks/3/edit' },
    now: NOW,
    test: false,
    ...changes,
  } as Seal;
  const { headers, body } = gitee.seal(gitee.render([event], {} as never), seal);
  return { headers: headers as [string, string][], body: Buffer.from(body) };
}

const at = { now: NOW };

t.test('what belfry sends is genuine, by the signature that covers the body', async t => {
  const { headers, body } = delivered();
  const right = {
    ok: true,
    dialect: 'gitee',
    proof: 'standard',
    id: '1mk9q2x0c5f7a3bd',
    timestamp: 1_646_657_144_000,
  };
  t.same(verify(headers, body, SECRET, at), right, 'pairs');
  t.same(verify(headers.flat(), body, SECRET, at), right, 'rawHeaders');
  t.same(verify(Object.fromEntries(headers), body.toString(), SECRET, at), right, 'an object of any case');
  t.same(verify(new Headers(headers), body, SECRET, at), right, 'web headers');
  t.same(verify(Object.fromEntries(headers.map(([k, v]) => [k, [v]])), body, SECRET, at), right, 'lists');
  t.same(verify(headers, body, ['new', SECRET], at), right, 'two secrets');
  t.match(verify(headers, body, ['new', 'newer'], at), { ok: false, reason: 'no-match' });
  const changed = Buffer.from(body.toString().replace('refs/heads/main', 'refs/heads/evil'));
  t.match(verify(headers, changed, SECRET, at), { ok: false, reason: 'no-match' }, 'another body');
  t.match(verify(delivered({ secret: 'whsec_c2VjcmV0' }).headers, body, 'whsec_c2VjcmV0', at), {
    reason: 'no-match',
  });
  const encoded = delivered({ secret: 'whsec_c2VjcmV0' });
  t.match(verify(encoded.headers, encoded.body, 'whsec_c2VjcmV0', at), { ok: true, proof: 'standard' });
});

t.test('the published vector of Standard Webhooks', async t => {
  const headers = {
    'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  };
  const secret = `whsec_${SECRET}`;
  const now = { now: 1_614_265_330_000 };
  t.match(verify(headers, '{"test": 2432232314}', secret, now), {
    ok: true,
    id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
  });
  const many = `v1,AAAA v1a,${'B'.repeat(80)} ${headers['webhook-signature']}`;
  t.match(verify({ ...headers, 'webhook-signature': many }, '{"test": 2432232314}', secret, now), {
    ok: true,
  });
});

t.test("Gitee's own proofs, with the vectors of gitee-format.md §2.1", async t => {
  const vectors: [secret: string, timestamp: number, token: string][] = [
    ['bBg5lrt03VixkX85CNqYIcecC0SIGASE', 1633679083918, 'Xvh4YPVe6l31XpDRL9J2yeaEXabsckIoUUschpXiVck='],
    ['437EBE55A75911E8', 1646657144174, 'mNR0yK7W4UlZ4E4aehEVtupxLaE73siwbGgDVSloTVE='],
    ['this is secret', 1576754827988, '2D978FIy4DMMTbiN80zQkNH1Eq/kMBt3gL6OnWfGzzY='],
  ];
  for (const [secret, timestamp, token] of vectors) {
    const headers = { 'X-Gitee-Token': token, 'X-Gitee-Timestamp': String(timestamp) };
    t.same(verify(headers, '', secret, { now: timestamp + 3_600_000 }), {
      ok: true,
      dialect: 'gitee',
      proof: 'signature',
      id: null,
      timestamp,
    });
    t.match(verify(headers, '', `${secret}!`, { now: timestamp }), { ok: false, reason: 'no-match' });
    t.match(verify(headers, '', secret, { now: timestamp + 3_600_001 }), { reason: 'out-of-time' });
    t.match(verify(headers, '', secret, { now: timestamp - 3_600_001 }), { reason: 'out-of-time' });
    t.match(verify(headers, '', secret, { now: timestamp + 1, toleranceMs: 0 }), { reason: 'out-of-time' });
  }
  const password = { 'x-gitee-token': 'пароль !', 'x-gitee-timestamp': String(NOW) };
  t.match(verify(password, '', ['x', 'пароль !'], at), { ok: true, proof: 'password' });
  t.match(verify(password, '', 'пароль', at), { ok: false, reason: 'no-match' });
  const asNodeReadsIt = Buffer.from('пароль !', 'utf8').toString('latin1');
  const raw = ['X-Gitee-Token', asNodeReadsIt, 'X-Gitee-Timestamp', String(NOW)];
  t.match(verify(raw, '', ['x', 'пароль !'], at), { ok: true, proof: 'password' }, 'bytes of a real header');
  t.match(verify(raw, '', 'пароль', at), { ok: false, reason: 'no-match' });
});

t.test('only the proofs that were asked for count', async t => {
  const { headers, body } = delivered();
  t.match(verify(headers, body, SECRET, { ...at, proofs: ['standard'] }), { ok: true });
  t.match(verify(headers, body, SECRET, { ...at, proofs: ['signature'] }), {
    ok: false,
    reason: 'other-proof',
  });
  const stripped = headers.filter(([name]) => !name.startsWith('webhook-'));
  t.match(verify(stripped, body, SECRET, at), { ok: true, proof: 'signature' });
  t.match(verify(stripped, body, SECRET, { ...at, proofs: ['standard'] }), {
    ok: false,
    reason: 'other-proof',
  });
});

t.test('missing, doubled and odd headers are refused with a reason', async t => {
  const { headers, body } = delivered();
  const without = (...names: string[]) => headers.filter(([name]) => !names.includes(name));
  const change = (name: string, value: string) =>
    headers.map(([key, old]): [string, string] => [key, key === name ? value : old]);
  const [, signature] = headers.find(([name]) => name === 'webhook-signature')!;
  const cases: [what: string, headers: Parameters<typeof verify>[0], reason: string][] = [
    ['nothing', [], 'missing-header'],
    ['nothing at all', {}, 'missing-header'],
    ['no signature', without('webhook-signature'), 'missing-header'],
    ['no id', without('webhook-id'), 'missing-header'],
    ['no time', without('webhook-timestamp'), 'missing-header'],
    ['an empty one', change('webhook-signature', ''), 'missing-header'],
    ['two ids', [...headers, ['Webhook-Id', 'x']], 'duplicate-header'],
    ['two signatures, in two headers', [...headers, ['webhook-signature', signature]], 'duplicate-header'],
    ['the same, joined by a server', change('webhook-signature', `${signature}, ${signature}`), 'odd-header'],
    ['a fraction', change('webhook-timestamp', '1646657144.5'), 'odd-header'],
    ['hex', change('webhook-timestamp', '0x1'), 'odd-header'],
    ['a sign', change('webhook-timestamp', '-1646657144'), 'odd-header'],
    ['milliseconds for seconds', change('webhook-timestamp', String(NOW)), 'out-of-time'],
    ['an id with a space', change('webhook-id', 'a b'), 'odd-header'],
    ['another id', change('webhook-id', 'a'), 'no-match'],
    ['only versions of the future', change('webhook-signature', signature.replace('v1', 'v2')), 'no-match'],
    ['a shorter signature', change('webhook-signature', signature.slice(0, -1)), 'no-match'],
    ['a flood', change('webhook-signature', Array(21).fill(signature).join(' ')), 'odd-header'],
    [
      'no secret at the sender',
      without('webhook-signature', 'webhook-id', 'webhook-timestamp', 'X-Gitee-Token'),
      'missing-header',
    ],
    [
      'Gitee: an odd time',
      [
        ['x-gitee-token', 'a'],
        ['x-gitee-timestamp', '1, 1'],
      ],
      'odd-header',
    ],
    [
      'Gitee: two tokens',
      { 'x-gitee-token': ['a', 'b'], 'x-gitee-timestamp': String(NOW) },
      'duplicate-header',
    ],
  ];
  for (const [what, given, reason] of cases) {
    const result = verify(given, body, SECRET, at);
    t.match(result, { ok: false, reason }, what);
    t.notMatch(JSON.stringify(result), SECRET, 'no secret in the message');
  }
});

t.test('wrong arguments fail at once', async t => {
  const { headers, body } = delivered();
  for (const secret of ['', 'whsec_', 'whsec_==', [], [''], undefined, null, ['a', '']])
    t.throws(() => verify(headers, body, secret as never), { name: 'TypeError', message: /^secret: / });
  t.throws(() => verify(headers, { parsed: true } as never, SECRET), {
    name: 'TypeError',
    message: /^body: /,
  });
  t.throws(() => verify(null as never, body, SECRET), { name: 'TypeError', message: /^headers: / });
  t.throws(() => verify(headers, body, SECRET, { toleranceMs: Number.NaN }), { name: 'TypeError' });
  t.match(verify(headers, body, SECRET), { ok: false, reason: 'out-of-time' }, 'the clock is the default');
});

t.test('every event parses, with its name, its id and its hook', async t => {
  for (const sample of [samplePush(), sampleTag(), sampleMergeRequest(), sampleIssue(), ...sampleNotes()]) {
    const { headers, body } = delivered({}, sample);
    const result = await parse(headers, body);
    t.match(
      result,
      { ok: true, event: { name: sample.name, id: '1mk9q2x0c5f7a3bd', test: false } },
      sample.name,
    );
    if (result.ok) t.match(result.event.data, { ...sample.data, hook_id: 3 }, sample.name);
  }
  const underscore = delivered({ test: 'underscore' });
  t.match(await parse(underscore.headers, underscore.body), {
    ok: true,
    event: { name: 'push', test: true },
  });
  const result = await parse(delivered().headers, delivered().body);
  if (result.ok && result.event.name === 'push')
    t.equal(result.event.data.ref, 'refs/heads/main', 'typed by name');
  else t.fail('no push');
});

t.test('unknown keys pass and stay, known ones must be right', async t => {
  const { headers, body } = delivered();
  const json = JSON.parse(body.toString());
  const more = { ...json, nonce: 1, repository: { ...json.repository, stars: { of: 'gold' } } };
  t.match(await parse(headers, JSON.stringify(more)), {
    ok: true,
    event: { data: { nonce: 1, repository: { stars: { of: 'gold' } } } },
  });
  const wrong = { ...more, ref: 7, repository: { ...more.repository, id: 2 ** 31 } };
  matches(t, await parse(headers, JSON.stringify(wrong)), {
    ok: false,
    reason: 'wrong-body',
    problems: [/^ref: /, /^repository\.id: /],
  });
  const { before: _, ...fewer } = json;
  matches(t, await parse(headers, JSON.stringify(fewer)), { ok: false, problems: [/^before: /] });
});

t.test('where gitee.com itself sends null or nothing, there is an empty list or null', async t => {
  const request = delivered({}, sampleMergeRequest());
  const json = JSON.parse(request.body.toString());
  json.pull_request.labels = null;
  matches(t, await parse(request.headers, JSON.stringify(json)), {
    ok: true,
    event: { data: { pull_request: { labels: [] } } },
  });
  const note = delivered({}, sampleNotes()[0]!);
  const { issue: _, ...rest } = JSON.parse(note.body.toString());
  t.match(await parse(note.headers, JSON.stringify(rest)), { ok: true, event: { data: { issue: null } } });
  const push = delivered();
  const commits = JSON.parse(push.body.toString());
  commits.commits[0].added = null;
  commits.timestamp = null;
  matches(t, await parse(push.headers, JSON.stringify(commits)), {
    ok: true,
    event: {
      data: { commits: commits.commits.map((_: object, n: number) => (n === 0 ? { added: [] } : {})) },
    },
  });
});

t.test("gitee.com's tests and older bodies: short people, and lists that have come later", async t => {
  const request = delivered({}, sampleMergeRequest());
  const json = JSON.parse(request.body.toString());
  const short = toShortUser(json.pull_request.user);
  for (const key of ['issues', 'stale_issues', 'stale_labels', 'languages']) delete json.pull_request[key];
  delete json.languages;
  Object.assign(json, { target_user: short, updated_by: short });
  Object.assign(json.pull_request, { user: short, assignee: short, mergeable: null, body: null });
  const parsed = await parse(request.headers, JSON.stringify(json));
  const { username: login, name } = short;
  matches(t, parsed, {
    ok: true,
    event: {
      data: {
        languages: [],
        target_user: { login, name, html_url: short.url, type: 'User', site_admin: false, remark: null },
        pull_request: { issues: [], stale_labels: [], languages: [], user: { login } },
      },
    },
  });
  const issue = delivered({}, sampleIssue());
  const shorter = JSON.parse(issue.body.toString());
  shorter.user = short;
  shorter.issue.user = short;
  shorter.issue.labels = null;
  matches(t, await parse(issue.headers, JSON.stringify(shorter)), {
    ok: true,
    event: { data: { user: { login }, issue: { user: { login }, labels: [] } } },
  });
  delete shorter.user.username;
  t.match(await parse(issue.headers, JSON.stringify(shorter)), { ok: false, reason: 'wrong-body' });
});

t.test('gitee.com leaves out the id of a company, and the labels of a request inside a note', async t => {
  const { headers, body } = delivered({}, sampleNote());
  const json = JSON.parse(body.toString());
  delete json.pull_request.labels;
  json.enterprise = { name: 'acme', url: 'https://gitee.com/acme' };
  const parsed = await parse(headers, JSON.stringify(json));
  matches(t, parsed, {
    ok: true,
    event: { data: { enterprise: { id: null, name: 'acme' }, pull_request: { labels: [] } } },
  });
  json.enterprise = { id: 7, name: 'acme', url: 'https://gitee.com/acme' };
  t.match(await parse(headers, JSON.stringify(json)), {
    ok: true,
    event: { data: { enterprise: { id: 7 } } },
  });
});

t.test('what is no delivery is a value too', async t => {
  const { headers, body } = delivered();
  for (const bad of ['', '[]', 'null', '7', '{', Buffer.from([0x7b, 0xff, 0x7d])])
    t.match(await parse(headers, bad), { ok: false, reason: 'not-json' });
  for (const bad of ['{}', '{"hook_name":"constructor"}', '{"hook_name":"tag_push_hooks"}'])
    t.match(await parse(headers, bad), { ok: false, reason: 'unknown-event' });
  t.match(await parse([], body), { ok: false, reason: 'unknown-event' });
  t.match(await parse(headers, '{"hook_name":"push_hooks"}'), { ok: false, reason: 'wrong-body' });
});
