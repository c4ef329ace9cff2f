/** A secret is in the request where Gitee has it, and nowhere else: in no output, no log, no file of the home. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { answer, type Behaviour } from '../support/behaviour.ts';
import { headerOf } from '../support/receiver.ts';
import { tower } from '../support/tower.ts';

const SIGNING = 'signing-secret-6f1ac2';
const PASSWORD = 'pass"word\\<&>-77e0';
const TOKEN = 'robot-token-90d13f';

t.test('secrets', async t => {
  const stage = await tower(t);
  const { belfry, receiver, repository } = stage;
  // A receiver that sends back what it was given, as debugging tools do.
  const echo: Behaviour = response => {
    const last = receiver.requests.at(-1)!;
    answer(200, { headers: { 'X-Echo': headerOf(last, 'X-Gitee-Token') ?? '' }, body: last.body })(response);
  };
  receiver.script('/signing', echo);
  receiver.script('/password', echo);
  receiver.script('/fails', answer(500, { body: `bad password ${PASSWORD}` }));
  const outputs: string[] = [];
  const keep = async (args: string[], options: { stdin?: string; env?: Record<string, string> } = {}) => {
    const ran = await belfry.run(args, options);
    outputs.push(ran.stdout, ran.stderr);
  };
  /** For people and for programs. */
  const keepBoth = (args: string[]) => Promise.all([keep(args), keep([...args, '--json'])]);
  await keep(['webhook', 'add', `${receiver.url}/signing`, '--all', '--secret-stdin'], {
    stdin: `${SIGNING}\n`,
  });
  await keep(
    ['webhook', 'add', `${receiver.url}/password`, '--all', '--auth', 'password', '--secret-env', 'S'],
    {
      env: { S: PASSWORD },
    },
  );
  await keep(
    ['webhook', 'add', `${receiver.url}/fails`, '--all', '--auth', 'password', '--secret-env', 'S'],
    {
      env: { S: PASSWORD },
    },
  );
  const robot = `${receiver.url}/robot/send?access_token=${TOKEN}`;
  await keep([
    'webhook',
    'add',
    robot,
    '--all',
    '--kind',
    'dingtalk',
    '--events',
    'note',
    '--secret',
    SIGNING,
  ]);

  await keep(['config', 'set', 'wait.show', 'all']);
  await repository.commit();
  const pushed = await repository.push(['main'], { options: ['belfry.wait=20'] });
  outputs.push(pushed.stderr);
  const [signed] = await receiver.received(1, { path: '/signing' });
  const [plain] = await receiver.received(1, { path: '/password' });
  t.match(JSON.parse(plain!.body.toString('utf8')), { password: PASSWORD, sign: '' }, 'the request has it');
  t.notMatch(signed!.body.toString('utf8'), SIGNING, 'a signed one does not');
  const lines = await stage.settled(3);
  t.equal(lines.length, 3);

  await keep(['webhook', 'edit', '2', '--name', 'x']);
  await keepBoth(['webhook', 'list']);
  for (const id of ['2', '4']) await keepBoth(['webhook', 'show', id]);
  for (const id of ['1', '2']) await keepBoth(['webhook', 'test', id]);
  await keepBoth(['deliveries']);
  for (const line of lines) await keepBoth(['delivery', 'show', line.id]);
  await keepBoth(['status']);
  await belfry.stopWorker();

  const forms = [SIGNING, PASSWORD, TOKEN].flatMap(secret => [
    secret,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret),
    Buffer.from(secret).toString('base64').replace(/=+$/, ''),
    Buffer.from(secret).toString('latin1'),
  ]);
  const said = outputs.join('\n');
  t.ok(said.includes(lines[0]!.id), 'the outputs were collected');
  for (const form of new Set(forms)) {
    const at = said.indexOf(form);
    t.equal(
      at,
      -1,
      at < 0 ? `no output has ${form.slice(0, 4)}…` : said.slice(Math.max(0, at - 200), at + 40),
    );
  }
  for (const file of await files(belfry.home)) {
    const bytes = await readFile(file);
    for (const form of new Set(forms)) {
      t.equal(bytes.indexOf(form), -1, `${file.slice(belfry.home.length)} has no secret`);
    }
  }
  t.equal((await stat(join(belfry.home, 'key'))).mode & 0o777, 0o600, 'the key is its owner’s alone');
  t.equal((await stat(join(belfry.home, 'belfry.db'))).mode & 0o777, 0o600);
});

t.test('a secret that belfry made is printed once', async t => {
  const stage = await tower(t);
  const { belfry, receiver } = stage;
  const add = ['webhook', 'add', `${receiver.url}/hook`, '--all', '--generate-secret'];
  const added = await belfry.run([...add, '--json']);
  t.equal(added.status, 0, added.stderr);
  const secret = /whsec_[A-Za-z0-9+/=]{20,}/.exec(added.stdout)?.[0];
  t.ok(secret, 'there it is');
  for (const args of [
    ['webhook', 'show', '1'],
    ['webhook', 'show', '1', '--json'],
    ['webhook', 'list', '--json'],
  ])
    t.notMatch((await belfry.run(args)).stdout, secret!);
});

async function files(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries.filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name));
}
