import { createHmac } from 'node:crypto';
import t from 'tap';
import { sortedJson } from '../../src/gitee/json.ts';
import { gitee } from '../../src/kinds/gitee.ts';
import type { Seal } from '../../src/kinds/kind.ts';
import type { EventName } from '../../src/model/names.ts';
import type { HttpAnswer } from '../../src/model/request.ts';
import { robotForm, robotSeal } from '../support/robot-form.ts';
import { samplePush } from '../support/sample-events.ts';

const NOW = 1633679083918;
const SECRET = 'bBg5lrt03VixkX85CNqYIcecC0SIGASE';
const SIGN = 'Xvh4YPVe6l31XpDRL9J2yeaEXabsckIoUUschpXiVck=';
const DELIVERY = '1ng804g3fq5v9a0z';
const PAGE = 'https://git.example.com/acme/app/hooks/7/edit';

const seal = (changes: Partial<Seal> = {}): Seal =>
  robotSeal('https://ci.example.com/hook', {
    secret: SECRET,
    auth: 'signature',
    now: NOW,
    deliveryId: DELIVERY,
    webhook: { id: 7, url: PAGE },
    ...changes,
  });

const EVENT = samplePush();
const MESSAGE = gitee.render([EVENT], robotForm());

/** Over the body that is sent, by the standard's own words. */
function standard(secret: string, body: string): string {
  return `v1,${createHmac('sha256', secret).update(`${DELIVERY}.1633679083.${body}`).digest('base64')}`;
}

t.test('signature: headers and envelope exactly (gitee-format.md §1 and §2.2)', async t => {
  const request = gitee.seal(MESSAGE, seal());
  t.equal(request.method, 'POST');
  t.equal(request.url, 'https://ci.example.com/hook');
  t.same(request.headers, [
    ['Content-Type', 'application/json'],
    ['User-Agent', 'git-oschina-hook'],
    ['Accept', '*/*'],
    ['Accept-Encoding', 'gzip;q=1.0,deflate;q=0.6,identity;q=0.3'],
    ['X-Gitee-Token', SIGN],
    ['X-Gitee-Timestamp', '1633679083918'],
    ['X-Gitee-Event', 'Push Hook'],
    ['X-Git-Oschina-Event', 'Push Hook'],
    ['X-Gitee-Ping', 'false'],
    ['X-Belfry-Delivery', DELIVERY],
    ['webhook-id', DELIVERY],
    ['webhook-timestamp', '1633679083'],
    ['webhook-signature', standard(SECRET, request.body)],
  ]);
  const { hook_id, hook_name, hook_url, password, sign, timestamp, ...data } = JSON.parse(request.body);
  t.same(
    { hook_id, hook_name, hook_url, password, sign, timestamp },
    {
      hook_id: 7,
      hook_name: 'push_hooks',
      hook_url: PAGE,
      password: '',
      sign: SIGN,
      timestamp: '1633679083918',
    },
  );
  t.same(data, EVENT.data, 'and the rest is the event');
  t.equal(request.body, sortedJson(JSON.parse(request.body)), 'compact, all keys in order');
});

t.test('password: the password in header and body, no signature of Gitee', async t => {
  const request = gitee.seal(MESSAGE, seal({ auth: 'password', secret: 'geheim' }));
  const headers = new Map(request.headers);
  t.equal(headers.get('X-Gitee-Token'), 'geheim');
  t.equal(headers.get('X-Gitee-Timestamp'), '1633679083918', 'in every mode (gitee-format.md §12, D4)');
  t.equal(headers.get('webhook-signature'), standard('geheim', request.body));
  t.match(JSON.parse(request.body), { password: 'geheim', sign: '', timestamp: '1633679083918' });
});

t.test('a password beyond ASCII is a header of its UTF-8 bytes, and itself in the body', async t => {
  const request = gitee.seal(MESSAGE, seal({ auth: 'password', secret: '密码' }));
  const token = new Map(request.headers).get('X-Gitee-Token')!;
  t.equal(Buffer.from(token, 'latin1').toString('utf8'), '密码');
  t.equal(JSON.parse(request.body).password, '密码');
});

t.test('no secret: the token header stands, and is empty', async t => {
  const request = gitee.seal(MESSAGE, seal({ auth: 'none', secret: null }));
  const headers = new Map(request.headers);
  t.equal(headers.get('X-Gitee-Token'), '');
  t.equal(headers.get('X-Gitee-Timestamp'), '1633679083918');
  t.notOk(headers.has('webhook-signature'));
  t.equal(headers.get('webhook-id'), DELIVERY);
  t.match(JSON.parse(request.body), { password: '', sign: '', timestamp: '1633679083918' });
});

t.test('the names of the events, in headers and body; a test says that it is one', async t => {
  const names: [EventName, string, string][] = [
    ['push', 'Push Hook', 'push_hooks'],
    ['tag_push', 'Tag Push Hook', 'tag_push_hooks'],
    ['merge_request', 'Merge Request Hook', 'merge_request_hooks'],
    ['issue', 'Issue Hook', 'issue_hooks'],
    ['note', 'Note Hook', 'note_hooks'],
  ];
  for (const [event, header, body] of names) {
    for (const test of [false, 'hook', 'underscore'] as const) {
      const request = gitee.seal(MESSAGE, seal({ event, test }));
      const headers = new Map(request.headers);
      const wanted = test === 'underscore' ? body : header;
      t.equal(headers.get('X-Gitee-Event'), wanted);
      t.equal(headers.get('X-Git-Oschina-Event'), wanted);
      t.equal(headers.get('X-Gitee-Ping'), test === false ? 'false' : 'true');
      t.equal(JSON.parse(request.body).hook_name, body);
    }
  }
});

t.test('each attempt is stamped and signed anew, under one id', async t => {
  const [first, second] = [gitee.seal(MESSAGE, seal()), gitee.seal(MESSAGE, seal({ now: NOW + 10_000 }))];
  const differing = first.headers
    .filter(([, value], i) => value !== second.headers[i]![1])
    .map(([name]) => name);
  t.same(differing, ['X-Gitee-Token', 'X-Gitee-Timestamp', 'webhook-timestamp', 'webhook-signature']);
});

t.test('the envelope alone', async t => {
  t.same(gitee.seal(MESSAGE, seal({ event: 'tag_push' })).envelope, {
    hook_id: 7,
    hook_name: 'tag_push_hooks',
    hook_url: PAGE,
    password: '',
    sign: SIGN,
    timestamp: '1633679083918',
  });
});

const ANSWER: HttpAnswer = {
  status: 200,
  headers: [],
  body: '',
  truncated: false,
  durationMs: 5,
  address: '127.0.0.1',
  error: null,
};

t.test('what an answer means', async t => {
  const judge = (changes: Partial<HttpAnswer>) => gitee.judge({ ...ANSWER, ...changes }, NOW);
  for (const status of [200, 201, 202, 204, 299]) t.same(judge({ status }), { kind: 'ok' }, String(status));
  t.same(judge({ status: 410 }), {
    kind: 'gone',
    code: '410',
    hint: 'The receiver says that it is gone for good (410).',
  });
  for (const status of [301, 302, 307, 308]) {
    t.same(
      judge({
        status,
        headers: [
          ['Location', 'https://x'],
          ['Retry-After', '5'],
        ],
      }),
      {
        kind: 'transient',
        retryAfterMs: null,
        code: String(status),
        hint: 'Redirects are not followed: give the webhook the final URL.',
      },
    );
  }
  for (const status of [400, 401, 404, 408, 429, 500, 503]) {
    t.same(judge({ status, headers: [['retry-after', '7']] }), {
      kind: 'transient',
      retryAfterMs: 7_000,
      code: String(status),
      hint: `The receiver answered ${status}.`,
    });
    t.match(judge({ status }), { kind: 'transient', retryAfterMs: null });
  }
  t.same(judge({ status: null, error: { code: 'timeout', message: 'no answer within 10 s' } }), {
    kind: 'transient',
    retryAfterMs: null,
    code: 'timeout',
    hint: 'no answer within 10 s',
  });
  t.match(judge({ status: null }), { kind: 'transient', code: 'network', hint: 'no answer came' });
});
