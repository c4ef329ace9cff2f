/** Real pushes to a webhook of the kind `github`, checked as GitHub's own library and schema check a delivery. */
import { verify } from '@octokit/webhooks-methods';
import t from 'tap';
import { answer } from '../support/behaviour.ts';
import { clockwork, SECRET } from '../support/clockwork.ts';
import { schemaProblems } from '../support/github-schema.ts';
import { headerOf, type ReceivedRequest } from '../support/receiver.ts';

const ALL = ['push', 'tag_push', 'create', 'delete'] as const;

/** What it is about, in short; and what is wrong with it. */
async function examined(request: ReceivedRequest): Promise<[about: string, problems: string[]]> {
  const body = request.body.toString('utf8');
  const json = JSON.parse(body);
  const event = headerOf(request, 'X-GitHub-Event')!;
  const signature = headerOf(request, 'X-Hub-Signature-256') ?? '';
  const genuine = await verify(SECRET, body, signature);
  const problems = [...schemaProblems(event, json), ...(genuine ? [] : ['its signature is wrong'])];
  return [`${event} ${json.ref}`, problems];
}

t.test('branches and tags come and go: every delivery is genuine to GitHub’s own library', async t => {
  const stage = await clockwork(t);
  const { repository, receiver } = stage;
  await stage.webhook('/hub', { kind: 'github', events: [...ALL] });
  const first = await repository.commit({ files: { 'a.txt': 'a' }, message: 'First\n' });
  await stage.push('main');
  const second = await repository.commit({
    files: { 'b.txt': 'b' },
    message: 'Second "quoted" 推送\n\nbody\n',
  });
  const third = await repository.commit({ files: { 'a.txt': null }, message: 'Third\n' });
  await repository.git('tag', '-a', '-m', 'Release', 'v1');
  await stage.rest();
  await stage.push('main', 'v1');
  await stage.rest();
  await stage.push(':v1', 'HEAD:refs/heads/side');
  await stage.rest();
  await stage.push(':side');
  await stage.rest();

  const all = await Promise.all(receiver.at('/hub').map(examined));
  t.strictSame(
    all.flatMap(([, problems]) => problems),
    [],
  );
  const of = (end: string) => all.map(([about]) => about).filter(about => about.endsWith(end));
  t.strictSame(of('main'), ['create main', 'push refs/heads/main', 'push refs/heads/main']);
  t.strictSame(of('v1'), ['push refs/tags/v1', 'create v1', 'push refs/tags/v1', 'delete v1']);
  t.strictSame(of('side'), ['create side', 'push refs/heads/side', 'push refs/heads/side', 'delete side']);

  const pushes = receiver
    .at('/hub')
    .map(({ body }) => JSON.parse(body.toString()))
    .filter(({ ref, after }) => ref === 'refs/heads/main' && after === third);
  t.equal(pushes.length, 1);
  const [{ commits, before, repository: told, head_commit }] = pushes;
  t.strictSame([before, head_commit.id], [first, third]);
  t.strictSame(
    commits.map((one: { id: string; added: string[]; removed: string[] }) => [
      one.id,
      one.added,
      one.removed,
    ]),
    [
      [second, ['b.txt'], []],
      [third, [], ['a.txt']],
    ],
  );
  t.equal(told.html_url, 'https://git.example.com/acme/app');
});

t.test(
  'a retry keeps the id and the body; a redelivery too; nothing that is recorded has the secret',
  async t => {
    const stage = await clockwork(t);
    const { repository, receiver, store } = stage;
    const path = '/hooks/a1b2c3d4e5f6a7b8c9d0';
    await stage.webhook(`${path}?token=in-the-query`, { kind: 'github', events: ['push'] });
    const said = `secret ${SECRET}, token in-the-query, path a1b2c3d4e5f6a7b8c9d0`;
    receiver.script(
      path,
      answer(500, { body: said }),
      answer(200, { body: 'Hook rules were not satisfied.' }),
    );
    await repository.commit();
    await stage.push('main');
    await stage.rest();
    await stage.advance(60_000);
    const [line] = await stage.deliveries();
    t.match(line, { state: 'delivered', attempts: 2, event: 'push', kind: 'github' });
    await store.deliveries.redeliver([line!.id], stage.now());
    await stage.advance(1);

    const requests = receiver.at(path);
    t.equal(requests.length, 3);
    for (const name of ['X-GitHub-Delivery', 'X-Belfry-Delivery', 'X-Hub-Signature-256', 'webhook-id'])
      t.equal(new Set(requests.map(request => headerOf(request, name))).size, 1, name);
    t.match(
      headerOf(requests[0]!, 'X-GitHub-Delivery'),
      /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
    t.equal(new Set(requests.map(({ body }) => body.toString())).size, 1);
    t.equal(headerOf(requests[0]!, 'Content-Type'), 'application/json');
    t.equal(Number(headerOf(requests[0]!, 'Content-Length')), requests[0]!.body.length);

    const { history } = await store.deliveries.show(line!.id);
    t.strictSame(
      history.map(({ verdict, hint }) => [verdict, hint]),
      [
        ['transient', 'The receiver answered 500.'],
        ['ok', 'not run: a rule or the secret does not hold (Hook rules were not satisfied.)'],
        ['ok', 'not run: a rule or the secret does not hold (Hook rules were not satisfied.)'],
      ],
    );
    t.equal(history[0]!.responseBody, 'secret ***, token ***, path ***');
    t.equal(history[0]!.requestBody, requests[0]!.body.toString());
    t.notMatch(JSON.stringify(history), /SEC-a-secret|in-the-query|a1b2c3d4e5f6a7b8c9d0/);
  },
);
