/** How clients push: by any protocol, forced, several at once, without push options, with more than fits. */
import t from 'tap';
import { matches } from '../support/matches.ts';
import { requestStage } from '../support/request-stage.ts';

t.test('every version of the protocol, forced or not', async t => {
  const stage = await requestStage(t);
  for (const version of ['0', '1', '2']) {
    const head = await stage.branch(`v${version}`, { [version]: '1\n' });
    const config = [`protocol.version=${version}`];
    const pushed = await stage.push([`HEAD:refs/for/main/v${version}`], { config, options: ['title=Neu'] });
    t.match(pushed.stderr, 'remote: merge request !');
    matches(t, await stage.next(), [
      { action: 'open', title: 'Neu', source_branch: `v${version}`, pull_request: { head: { sha: head } } },
    ]);
  }
  const again = await stage.push(['--force', 'HEAD:refs/for/main/v2'], { options: ['title=Neu'] });
  t.match(again.stderr, 'remote: merge request !3:');
  await stage.push(['+HEAD:refs/for/main/v2'], { options: ['description=Now with words'] });
  matches(
    t,
    await stage.next(),
    [{ action: 'update', number: 3, body: 'Now with words' }],
    'nothing new is no event',
  );
});

t.test('several requests and a branch in one push: each is told', async t => {
  const stage = await requestStage(t);
  await stage.webhook('/all', ['--all', '--events', 'push,merge_request']);
  await stage.push(['main:refs/heads/release']);
  await stage.branch('work', { 'b.txt': 'b\n' });
  const refs = [
    'HEAD:refs/for/main',
    'HEAD:refs/for/main/x',
    'HEAD:refs/for/release',
    'HEAD:refs/heads/work',
  ];
  const pushed = await stage.push(['--atomic', ...refs], { options: ['title=All of it'] });
  for (const number of [1, 2, 3]) t.match(pushed.stderr, `remote: merge request !${number}:`);
  matches(t, await stage.next(3), [
    { number: 1, target_branch: 'main', title: 'All of it' },
    { number: 2, target_branch: 'main', source_branch: 'x', title: 'All of it' },
    { number: 3, target_branch: 'release', title: 'All of it' },
  ]);
  await stage.receiver.received(5, { path: '/all' });
});

t.test('without push options on the server, the commit has the words', async t => {
  const stage = await requestStage(t);
  await stage.repository.server('config', 'receive.advertisePushOptions', 'false');
  await stage.branch('work', { 'b.txt': 'b\n' }, 'Ring\n\nTwice.\n');
  const options = ['title=x'];
  const refused = await stage.repository.push(['HEAD:refs/for/main/topic'], { options });
  t.match(refused, { status: 128, stderr: 'the receiving end does not support push options' });
  t.match((await stage.push(['HEAD:refs/for/main/topic'])).stderr, 'remote: merge request !1:');
  matches(t, await stage.next(), [{ title: 'Ring', body: 'Twice.', source_branch: 'topic' }]);
});

t.test('push options that mean nothing, and values of every kind', async t => {
  const stage = await requestStage(t);
  await stage.branch('work', { 'b.txt': 'b\n' });
  const odd = ['reviewer=bob', 'Title=no', 'title', 'x'.repeat(60_000), 'notify=%%%', '='];
  await stage.push(['HEAD:refs/for/main'], { options: [...odd, 'title=a\x1b[31m\tb', 'description=c\x07d'] });
  matches(t, await stage.next(), [{ title: 'a [31m b', body: 'cd' }]);
  await stage.push(['HEAD:refs/for/main'], { options: ['title={base64}w4k=', 'draft={base64}eWVz'] });
  matches(t, await stage.next(), [{ title: 'É' }]);
  t.match(await stage.show(1), { draft: true });
  const broken = await stage.refused(['HEAD:refs/for/main'], { options: ['title={base64}w4k=='] });
  t.match(broken, '(option title: what is behind {base64} is not UTF-8 text in base 64)');
  const long = await stage.repository.push(['HEAD:refs/for/main'], { options: ['x'.repeat(66_000)] });
  t.not(long.status, 0, "git's own limit for one option");
  t.match(await stage.show(1), { title: 'É', state: 'open' }, 'nothing of the refused ones');
});
