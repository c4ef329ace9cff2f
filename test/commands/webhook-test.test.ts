/** `belfry webhook test`: one request, now, by the same code as deliveries. */
import t from 'tap';
import { sampleWebhook } from '../store/samples.ts';
import { answer } from '../support/behaviour.ts';
import { closedPort } from '../support/closed-port.ts';
import { headerOf, receiver } from '../support/receiver.ts';
import { line } from './stage.ts';

const SECRET = 'SEC-never-to-be-shown';

t.test(
  'it is sent at once and says that it is a test; request and answer are shown, nothing is recorded',
  async t => {
    const { run, store } = await line(t);
    const receives = await receiver(t);
    const url = `${receives.url}/hook?token=in-the-query`;
    await store.webhooks.add(sampleWebhook({ url, secret: SECRET, auth: 'password' }), url, 0);
    receives.script('/hook', answer(200, { body: `hello ${SECRET}` }));
    const text = await run(['webhook', 'test', '1']);
    t.equal(text.status, 0, text.stderr);
    t.match(text.stdout, /^X-Gitee-Ping: true$/m);
    t.match(text.stdout, /^X-Gitee-Event: Push Hook$/m);
    t.match(text.stdout, /^answer 200$/m);
    t.match(text.stdout, /Test delivered\n$/);
    t.notMatch(text.stdout, new RegExp(`${SECRET}|in-the-query`));
    t.equal(headerOf(receives.requests[0]!, 'X-Gitee-Token'), SECRET, 'but it was sent');

    const json = (await run(['webhook', 'test', '1', '--event', 'issue', '--json'])).json();
    t.match(json, {
      webhook_id: 1,
      event: 'issue',
      ok: true,
      attempt: { status: 200, verdict: 'ok', response_body: 'hello ***' },
    });
    t.match(JSON.parse(receives.requests[1]!.body.toString()), {
      hook_name: 'issue_hooks',
      issue: { title: 'Test of a webhook' },
    });
    await store.settings.set('test.header', 'underscore');
    await run(['webhook', 'test', '1']);
    t.equal(headerOf(receives.requests[2]!, 'X-Gitee-Event'), 'push_hooks');
    t.same(await store.deliveries.list({ limit: 9 }), []);
  },
);

t.test('a test that fails is 1, and says why', async t => {
  const { run, store } = await line(t);
  const receives = await receiver(t);
  const closed = `http://127.0.0.1:${await closedPort()}/`;
  await store.webhooks.add(sampleWebhook({ url: `${receives.url}/bad` }), '', 0);
  await store.webhooks.add(sampleWebhook({ url: closed }), '', 0);
  receives.script('/bad', answer(500, { body: '\u001b[31mno' }));
  const bad = await run(['webhook', 'test', '1']);
  t.equal(bad.status, 1);
  t.match(bad.stdout, /verdict: temporary, tried again – The receiver answered 500\.\nTest failed\n$/);
  t.match(bad.stdout, /\\x1b\[31mno/);
  const refused = await run(['webhook', 'test', '2', '--json']);
  t.equal(refused.status, 1);
  t.match(refused.json(), { ok: false, attempt: { status: null, verdict: 'transient' } });
  t.ok(refused.json().attempt.error);
  t.match(await run(['webhook', 'test', '1', '--ref', 'refs/heads/none']), {
    status: 1,
    stderr: 'belfry: Unknown ref refs/heads/none\n  Wanted: a full ref name such as refs/heads/main.\n',
  });
});
