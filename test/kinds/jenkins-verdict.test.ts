/** What Jenkins’ answers prove; bodies as its plugins write them (jenkins.md). */
import t from 'tap';
import { jenkinsPlace, notifyForm, withoutToken } from '../../src/kinds/jenkins-request.ts';
import { judgeJenkins } from '../../src/kinds/jenkins-verdict.ts';
import type { Verdict } from '../../src/model/verdict.ts';
import { answer } from '../support/answer.ts';

const URL = 'https://ci.example.com';
const JOB = `${URL}/job/app/`;
const NO_CONSUMER = 'No Git consumers using SCM API plugin for: git@git.example.com:acme/app.git\n';

/** The sort of a verdict and what distinguishes it. */
function short(verdict: Verdict | null): string | null {
  if (verdict === null) return null;
  if (verdict.kind === 'ok') return verdict.note === undefined ? 'ok' : 'ok, noted';
  return 'reason' in verdict ? `${verdict.kind} ${verdict.reason}` : `${verdict.kind} ${verdict.code}`;
}

t.test('notifyCommit: only a header named Triggered proves something', async t => {
  const triggered: [string, string][] = [
    ['Triggered', JOB],
    ['triggered', `${URL}/job/other/`],
  ];
  const poll = (body: string, headers: [string, string][] = [], exact = true) =>
    short(judgeJenkins('notify', answer(200, body, { headers }), exact));
  t.equal(
    poll(`Scheduled polling of app\n${NO_CONSUMER}`, triggered),
    'ok',
    'the second listener has nothing',
  );
  t.equal(
    poll(`No git jobs found\nScheduled indexing of multi\n`, [['Triggered', `${URL}/job/multi/`]]),
    'ok',
  );
  t.equal(poll('No git jobs found\n'), 'config no_job');
  t.equal(
    poll(`No git jobs using repository: git@git.example.com:acme/app.git and branches: \n${NO_CONSUMER}`),
    'config no_job',
  );
  t.equal(poll('', [['Triggered', '']]), 'config no_job');
  t.equal(poll('No git jobs found\n', [], false), 'ok, noted', 'with branches, or for many repositories');
  t.equal(poll('<!DOCTYPE html><html>Sign in'), 'transient no-proof');
  t.equal(poll('  <html lang="en">'), 'transient no-proof');
  const broken = answer(200, 'Sched', { error: { code: 'closed', message: 'closed' }, headers: triggered });
  t.equal(short(judgeJenkins('notify', broken, true)), 'transient no-proof');
});

t.test('the other statuses', async t => {
  const cases: [status: number, body: string, verdict: string | null][] = [
    [400, 'Illegal URL: x', 'payload rejected'],
    [400, 'Illegal SHA1', 'payload rejected'],
    [401, 'An access token is required. Please refer to Git plugin documentation', 'config token'],
    [403, 'Invalid access token', 'config token'],
    [403, 'No valid crumb was included in the request', 'config forbidden'],
    [404, '<html>Not Found', 'config token'],
    [503, 'Please wait while Jenkins is getting ready to work', null],
    [500, 'Oops', null],
    [302, '', null],
    [201, '', null],
  ];
  for (const [status, body, verdict] of cases)
    t.equal(short(judgeJenkins('notify', answer(status, body), true)), verdict, `${status} ${body}`);
  t.equal(judgeJenkins('notify', answer(null, ''), true), null);
  t.match(judgeJenkins('notify', answer(401, ''), true), { hint: /--secret-stdin/ });
  t.match(judgeJenkins('notify', answer(400, 'Illegal SHA1'), true), { final: true, hint: /Illegal SHA1/ });
});

const job = (triggered: boolean) => ({
  regexpFilterExpression: '',
  triggered,
  resolvedVariables: { ref: 'refs/heads/main' },
  regexpFilterText: '',
  id: triggered ? 12 : 0,
  url: triggered ? 'queue/item/12/' : '',
});

t.test('the generic trigger says for each job whether it was triggered', async t => {
  const generic = (status: number, body: unknown) =>
    short(judgeJenkins('generic', answer(status, body), false));
  t.equal(generic(200, { jobs: { a: job(false), b: job(true) }, message: 'Triggered jobs.' }), 'ok');
  t.equal(generic(200, { jobs: { a: job(false) }, message: 'Triggered jobs.' }), 'ok, noted');
  t.equal(generic(200, { status: 'ok', data: { triggerResults: { a: job(true) } } }), 'ok', 'older releases');
  t.equal(generic(200, ''), 'ok, noted', 'all silent');
  t.equal(generic(200, 'hello'), 'transient no-proof');
  t.equal(generic(200, '{"hello":1}'), 'transient no-proof');
  t.equal(generic(200, '[]'), 'transient no-proof');
  const none = 'Did not find any jobs with GenericTrigger configured!\nA token was supplied.\n';
  t.equal(generic(404, { jobs: null, message: none }), 'config no_job');
  t.equal(generic(404, '<html>Not Found'), 'config token');
  const whitelist = 'Sender, 10.0.0.1, with headers {token=[abc]} did not pass whitelist.\n';
  t.equal(generic(403, { jobs: null, message: whitelist }), 'config ip');
  t.equal(generic(500, { jobs: {}, message: 'There were errors when triggering jobs.' }), null);
});

t.test('the multibranch trigger always answers 200', async t => {
  const multi = (results: unknown) =>
    short(
      judgeJenkins('multibranch', answer(200, { status: 'ok', data: { triggerResults: results } }), false),
    );
  t.equal(multi({ app: { triggered: true, id: 5, url: '' } }), 'ok');
  t.equal(
    multi({ ANY: 'Did not find any jobs with multibranch scan webhook trigger configured.' }),
    'config no_job',
  );
  t.equal(multi({ app: 'Exception occurred, full stack trace in Jenkins server log.' }), 'transient 200');
});

t.test('which of the three it is shows at the end of the path', async t => {
  t.equal(jenkinsPlace(`${URL}/git/notifyCommit`), 'notify');
  t.equal(jenkinsPlace(`${URL}/jenkins/git/notifyCommit?token=x`), 'notify');
  t.equal(jenkinsPlace(`${URL}/generic-webhook-trigger/invoke`), 'generic');
  t.equal(jenkinsPlace(`${URL}/j/multibranch-webhook-trigger/invoke?token=x`), 'multibranch');
  t.equal(jenkinsPlace(`${URL}/hook`), null);
  t.equal(jenkinsPlace('no url'), null);
});

t.test('a token leaves the URL', async t => {
  const url = `${URL}/git/notifyCommit?token=abc&x=1`;
  t.strictSame(withoutToken(url, null), { url: `${URL}/git/notifyCommit?x=1`, token: 'abc' });
  t.strictSame(withoutToken(url, 'secret'), { url: `${URL}/git/notifyCommit?x=1`, token: 'secret' });
  t.strictSame(withoutToken(`${URL}/git/notifyCommit`, null), {
    url: `${URL}/git/notifyCommit`,
    token: null,
  });
});

t.test('the form: what is asked, and what only polls', async t => {
  const clone = 'git@git.example.com:acme/app.git';
  const form = (...rest: Parameters<typeof notifyForm> extends [string, ...infer R] ? R : never) =>
    Object.fromEntries(new URLSearchParams(notifyForm(clone, ...rest)));
  const main = { ref: 'refs/heads/release/1', commit: 'c'.repeat(40) };
  t.strictSame(form(main, 'poll', 'tok'), { url: clone, token: 'tok' });
  t.strictSame(form(main, 'branches', 'tok'), { url: clone, branches: 'release/1', token: 'tok' });
  t.strictSame(form(main, 'build', null), { url: clone, branches: 'release/1', sha1: main.commit });
  t.strictSame(form({ ...main, commit: null }, 'build', null), { url: clone }, 'deleted');
  t.strictSame(form({ ...main, ref: 'refs/tags/v1' }, 'build', null), { url: clone }, 'a tag');
  t.strictSame(form({ ...main, ref: 'refs/heads/a,b' }, 'branches', null), { url: clone }, 'a comma');
  t.strictSame(form(null, 'branches', null), { url: clone }, 'no push');
  t.strictSame(form({ ...main, ref: 'refs/heads/&token=x' }, 'branches', 'tok').token, 'tok');
});
