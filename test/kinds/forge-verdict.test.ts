/** What receivers of the forges answer, and what is made of it. */
import t from 'tap';
import { forgeVerdict } from '../../src/kinds/forge-verdict.ts';
import type { HttpAnswer } from '../../src/model/request.ts';
import { answer } from '../support/answer.ts';

const NOW = 1_767_225_600_000;

function judge(status: number | null, body: unknown = '', more: Partial<HttpAnswer> = {}) {
  return forgeVerdict(answer(status, body, more), NOW);
}

t.test('taken', async t => {
  for (const status of [200, 201, 202, 204]) t.strictSame(judge(status), { kind: 'ok' });
  t.strictSame(judge(200, { ok: true, status: 'success' }), { kind: 'ok' });
  t.strictSame(judge(200, [{ status: 'success', message: 'Queued.' }]), { kind: 'ok' });
});

t.test('taken, and nothing comes of it: a note, and no retry', async t => {
  const rows: [body: unknown, note: RegExp][] = [
    [
      [{ status: 'success' }, { status: 'failed', message: 'Invalid signature.' }],
      /^not done: Invalid signature\.$/,
    ],
    [[{ status: 'failed' }], /^not done: no reason given$/],
    ['Nothing to do. No applications found.', /^not done: Nothing to do$/],
    [{ message: 'Nothing to do.' }, /^not done: Nothing to do$/],
    ['Hook rules were not satisfied.', /a rule or the secret does not hold/],
    [{ status: 'failure', message: 'No matching repositories found!' }, /compare the URLs/],
    [{ jobs: { a: { triggered: false }, b: { triggered: false } } }, /filtered out/],
    [{ message: 'Webhook previously received, aborting.' }, /had this delivery before/],
    ['no change found', /no commits/],
    ['pong', /the test arrived/],
    [{ message: 'Ping received' }, /the test arrived/],
    ['ping event received', /the test arrived/],
  ];
  for (const [body, note] of rows) {
    const verdict = judge(200, body);
    t.match(verdict, { kind: 'ok', note }, JSON.stringify(body));
  }
  t.strictSame(judge(200, { jobs: { a: { triggered: false }, b: { triggered: true } } }), { kind: 'ok' });
  t.strictSame(judge(200, { jobs: {} }), { kind: 'ok' });
});

t.test('a redirect leads somewhere, or is a refusal in words', async t => {
  t.strictSame(judge(301, { message: 'Branch Not Match' }), {
    kind: 'ok',
    note: 'declined: Branch Not Match',
  });
  const headers: [string, string][] = [['Location', 'https://other.example.com/']];
  t.match(judge(301, { message: 'Moved' }, { headers }), { kind: 'transient', hint: /final URL/ });
  t.match(judge(302, '<html>'), { kind: 'transient', hint: /final URL/ });
});

t.test('gone, refused, too large, too early', async t => {
  t.match(judge(410), { kind: 'gone' });
  for (const status of [401, 403])
    t.match(judge(status), { kind: 'transient', hint: /^Refused .*secret or token/ });
  t.match(judge(404), { kind: 'transient', hint: /^Refused .*no such hook or job/ });
  t.match(judge(413), { kind: 'transient', hint: /payload\.commits/ });
  t.match(judge(400, 'Unknown event create'), { kind: 'transient', hint: /narrow --events/ });
  t.match(judge(501, { error: 'event type not supported' }), { hint: /narrow --events/ });
  t.strictSame(judge(400, 'no'), {
    kind: 'transient',
    retryAfterMs: null,
    code: '400',
    hint: 'The receiver answered 400.',
  });
  const headers: [string, string][] = [['Retry-After', '60']];
  t.match(judge(429, '', { headers }), { kind: 'transient', retryAfterMs: 60_000 });
  for (const status of [415, 500, 503]) t.match(judge(status), { kind: 'transient', retryAfterMs: null });
});

t.test('no answer', async t => {
  const error = { code: 'refused', message: 'ci.example.com refuses connections' };
  t.match(judge(null, '', { error }), { kind: 'transient', code: 'refused', hint: error.message });
});
