/** `webhook test --print`: the request of every kind, and nothing else happens. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import t from 'tap';
import { PLAIN_CUSTOM } from '../../src/model/custom-target.ts';
import { KIND_NAMES, type KindName } from '../../src/model/names.ts';
import { sampleWebhook } from '../store/samples.ts';
import { receiver } from '../support/receiver.ts';
import { line } from './stage.ts';

const TOKEN = '0123456789abcdef0123456789abcdef';
const SECRET = 'SEC-never-to-be-shown';
const HEADER = 'own-header-value-1';

const PATHS: Partial<Record<KindName, string>> = {
  dingtalk: `/robot/send?access_token=${TOKEN}`,
  wecom: `/cgi-bin/webhook/send?key=${TOKEN}`,
  feishu: `/open-apis/bot/v2/hook/${TOKEN}`,
  slack: `/services/T0/B0/${TOKEN}`,
  jenkins: '/git/notifyCommit',
};
const WITHOUT_SECRET: KindName[] = ['wecom', 'slack'];

t.test('of every kind: nothing is sent, nothing changes, nothing secret is shown', async t => {
  const { run, store, home } = await line(t);
  const receives = await receiver(t);
  for (const kind of KIND_NAMES) {
    const isChat = ['dingtalk', 'wecom', 'feishu', 'slack'].includes(kind);
    const url = receives.url + (PATHS[kind] ?? `/hook?token=${TOKEN}`);
    const input = sampleWebhook({
      url,
      kind,
      secret: WITHOUT_SECRET.includes(kind) ? null : SECRET,
      auth: kind === 'jenkins' || WITHOUT_SECRET.includes(kind) ? 'none' : 'signature',
      ...(!isChat && { headers: [['X-Own', HEADER]], hmac_header: 'X-Mac=sha256:hex' }),
      custom: kind === 'custom' ? PLAIN_CUSTOM : null,
      jenkins: kind === 'jenkins' ? { notify: 'poll', clone: 'http' } : null,
    });
    const { id } = await store.webhooks.add(input, 'masked', 0);
    const before = contents(home);
    const text = await run(['webhook', 'test', String(id), '--print']);
    t.equal(text.status, 0, `${kind} ${text.stderr}`);
    t.match(text.stdout, new RegExp(`^POST http://127\\.0\\.0\\.1:${receives.port}/`), kind);
    t.match(text.stdout, /^Content-Type: application\//m, kind);
    const json = (await run(['webhook', 'test', String(id), '--print', '--json'])).json();
    t.equal(json.webhook_id, id);
    t.equal(json.event, kind === 'github' ? 'ping' : 'push');
    t.equal(json.request.method, 'POST');
    t.type(json.request.body, 'string');
    if (!isChat) {
      const headers = Object.fromEntries(json.request.headers);
      t.equal(headers['X-Own'], '***', kind);
      t.match(headers['X-Mac'], /^[0-9a-f]{64}$/, kind);
    }
    for (const secret of [TOKEN, SECRET, HEADER])
      t.notOk(`${text.stdout}${text.stderr}${JSON.stringify(json)}`.includes(secret), `${kind} ${secret}`);
    t.strictSame(contents(home), before, kind);
  }
  t.strictSame(receives.requests, []);
});

t.test('an event and a ref that were asked for', async t => {
  const { run, store } = await line(t);
  await store.webhooks.add(sampleWebhook(), '', 0);
  const issue = await run(['webhook', 'test', '1', '--print', '--event', 'issue']);
  t.match(issue.stdout, /^X-Gitee-Event: Issue Hook$/m);
  t.equal((await run(['webhook', 'test', '1', '--print', '--ref', 'refs/heads/none'])).status, 1);
});

t.test('a password is masked by its place, however short', async t => {
  const { run, store } = await line(t);
  await store.webhooks.add(sampleWebhook({ auth: 'password', secret: 'pw1' }), '', 0);
  const { stdout } = await run(['webhook', 'test', '1', '--print']);
  t.match(stdout, /^X-Gitee-Token: \*\*\*$/m);
  t.match(stdout, /"password":"\*\*\*"/);
});

/** Every row of every table, and the bytes of the file. */
function contents(home: string): unknown {
  const db = new Database(join(home, 'belfry.db'), { readonly: true });
  const tables = db.prepare(`select name from sqlite_schema where type = 'table'`).pluck().all() as string[];
  const rows = tables.map(name => [name, db.prepare(`select * from ${name}`).raw().all()]);
  db.close();
  return [rows, readFileSync(join(home, 'belfry.db')).toString('base64').length];
}
