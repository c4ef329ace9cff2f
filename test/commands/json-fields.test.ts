/** `--json=FIELDS`: what a program wants to see, and nothing else. */
import t from 'tap';
import { sampleWebhook } from '../store/samples.ts';
import { line } from './stage.ts';

t.test('of each row, or of the one document, only these fields, in this order', async t => {
  const { run, store } = await line(t);
  for (const name of ['one', 'two'])
    await store.webhooks.add(sampleWebhook({ name }), 'https://ci.example.com/hook', Date.now());
  t.equal(
    (await run(['webhook', 'list', '--json=name,id'])).stdout,
    `[
  {
    "name": "one",
    "id": 1
  },
  {
    "name": "two",
    "id": 2
  }
]
`,
  );
  t.strictSame((await run(['webhook', 'show', '--json=id,state', '1'])).json(), { id: 1, state: 'active' });
  t.strictSame((await run(['status', '--json=ok'])).json(), { ok: true });
  t.strictSame((await run(['--json=id', 'webhook', 'show', '2'])).json(), { id: 2 }, 'in front too');
  t.equal(
    Object.keys((await run(['webhook', 'show', '1', '--json'])).json()).length > 20,
    true,
    'all without',
  );
  t.strictSame((await run(['deliveries', '--json=id,state'])).json(), [], 'no rows, and nothing to be wrong');
});

t.test('a field that there is not is an error, with those that there are', async t => {
  const { run, store } = await line(t);
  await store.webhooks.add(sampleWebhook(), 'https://ci.example.com/hook', Date.now());
  t.match(await run(['webhook', 'list', '--json=id,stat']), {
    status: 2,
    stdout: '',
    stderr:
      /^belfry: --json: unknown field stat, wanted some of .*\bid\b.*\bstate\b.*\n {2}Did you mean state/,
  });
  t.match(await run(['webhook', 'list', '--json=,']), {
    status: 2,
    stderr: /^belfry: --json=: wanted names/,
  });
  t.match(await run(['config', 'get', 'web.url', '--json=true']), { status: 0, stdout: /"value"/ });
  t.match(
    await run(['config', 'set', 'web.url', '--', '--json=id']),
    { status: 2 },
    'behind -- it is a value',
  );
  t.notMatch((await run(['status', '--help'])).stdout, 'json-fields');
  t.notMatch((await run(['status', '--jso-field'])).stderr, 'json-fields');
});

t.test('a secret that is shown once is shown, whatever was asked for', async t => {
  const { run } = await line(t);
  const add = (fields: string) =>
    run(['webhook', 'add', 'https://ci.example.com/a', '--all', '--generate-secret', `--json=${fields}`]);
  t.match((await add('id,secret')).json(), { id: 1, secret: /^whsec_/ });
  const wrong = await add('id,secrt');
  t.match(wrong, { status: 2, stderr: /unknown field secrt/ });
  t.match(wrong.json(), { id: 2, secret: /^whsec_/ });
});
