/** A hundred commands at the same moment, each with a connection of its own: none undoes what another one has done. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { type CommandContext, createContext } from '../../src/commands/context.ts';
import { webhookAdd as add } from '../../src/commands/webhook/webhook-add.ts';
import { webhookEdit as edit } from '../../src/commands/webhook/webhook-edit.ts';
import { webhookRotate as rotate } from '../../src/commands/webhook/webhook-rotate.ts';
import { createWaker } from '../../src/delivery/waker.ts';
import { keepPushWait } from '../../src/host/push-wait.ts';
import { openHome } from '../../src/worker/open-home.ts';
import { line, type Said } from './stage.ts';

const URL = 'https://ci.example.com/hook';

t.test('a hundred commands at once', async t => {
  const { home, store, run } = await line(t);
  const count = (times: number) => Array.from({ length: times }, (_, index) => index);
  const fine = async (args: string[], env = {}): Promise<Said> => {
    const said = await run(args, { env });
    t.equal(said.status, 0, `${args.join(' ')}: ${said.stderr}`);
    return said;
  };
  for (const _ of count(4)) await fine(['webhook', 'add', URL, '--all', '--generate-secret']);

  const edited = [1, 2, 3, 4].flatMap(id =>
    [
      ['--name', `name ${id}`],
      ['--branch', `release/${id}`],
      ['--events', 'push,tag_push,note'],
      ['--timeout', String(id + 2)],
      ['--insecure'],
      ['--proxy', `http://me:pw@proxy:${id}`],
    ].map(change => fine(['webhook', 'edit', String(id), ...change])),
  );
  const rotated = [1, 2, 3, 4].map(async id => {
    const said = await fine(['webhook', 'rotate', String(id), '--generate-secret', '--json']);
    return { id, secret: said.json().secret as string };
  });
  const added = count(30).map(async () => {
    const said = await fine(['webhook', 'add', URL, '--all', '--generate-secret', '--json']);
    return said.json() as { id: number; secret: string };
  });
  const keys = count(10).map(() => run(['key', 'rotate', '--json']));
  const waits = count(15).map(number => fine(['config', 'set', 'push.wait', String(number % 4)]));
  const proxies = count(7).map(number =>
    fine(['config', 'set', 'proxy.http', `http://a:b${number}@proxy:2`]),
  );
  const users = count(10).map(number =>
    fine(['user', 'add', `user-${number}`, '--email', `${number}@x.com`]),
  );
  await Promise.all([...edited, ...waits, ...proxies, ...users]);

  for (const said of await Promise.all(keys)) {
    if (said.status === 0) t.strictSame(said.json().lost, [], 'no key was taken away from another rotation');
    else t.match(said.stderr, 'Another `belfry key rotate` is running');
  }
  for (const { id, secret } of [...(await Promise.all(rotated)), ...(await Promise.all(added))]) {
    t.equal((await store.webhooks.target(id)).secret, secret, `webhook ${id} has the secret that was shown`);
  }
  const all = await store.webhooks.list();
  t.strictSame(
    all.slice(0, 4).map(({ name, branches, events, timeout_ms, insecure }) => ({
      ...{ name, branches, events, timeout_ms, insecure },
    })),
    [1, 2, 3, 4].map(id => ({
      name: `name ${id}`,
      branches: [`release/${id}`],
      events: ['push', 'tag_push', 'note'],
      timeout_ms: (id + 2) * 1_000,
      insecure: true,
    })),
    'each edit is there',
  );
  for (const { id } of all.slice(0, 4))
    t.equal((await store.webhooks.target(id)).reach.proxy, `http://me:pw@proxy:${id}`);
  t.equal(all.length, 34);
  t.equal((await store.users.list()).length, 10);
  const settings = await store.settings.all();
  t.match(settings.get('proxy.http'), /^http:\/\/a:b\d@proxy:2$/);
  const file = join(home, 'push.wait');
  const told = existsSync(file) ? readFileSync(file, 'utf8').trim() : '0';
  t.equal(told, settings.get('push.wait'), 'the hook waits as long as is set');
});

t.test('an edit that another one overtakes keeps what that one has changed', async t => {
  const { home, store, run } = await line(t);
  await run(['webhook', 'add', URL, '--all', '--generate-secret', '--name', 'before']);
  let secret = '';
  let overtaken = 0;
  /** After the edit has read the webhook, and before it writes. */
  const overtake = [
    async () => {
      secret = (await run(['webhook', 'rotate', '1', '--generate-secret', '--json'])).json().secret;
    },
    async () => void (await run(['webhook', 'edit', '1', '--branch', 'main'])),
    async () => void (await store.key.rotate(1)),
    async () => void (await run(['webhook', 'disable', '1'])),
  ];
  const target = async (id: number) => {
    const read = await store.webhooks.target(id);
    await overtake[overtaken++]?.();
    return read;
  };
  const context: CommandContext = {
    ...createContext(home, process),
    store: async () => ({ ...store, webhooks: { ...store.webhooks, target } }),
    print: () => {},
    wakeWorker: async () => {},
  };
  await edit.run({ _: [], id: 1, name: 'after' }, context);
  t.equal(overtaken, overtake.length + 1, 'it began again as often as somebody was quicker');
  const { name, branches, active, old_secret_until } = await store.webhooks.get(1);
  t.strictSame({ name, branches, active }, { name: 'after', branches: ['main'], active: false });
  t.equal(
    (await store.webhooks.target(1)).secret,
    secret,
    'the secret that was shown is the one that counts',
  );
  t.not(old_secret_until, null, 'and the one before it is still valid');
});

t.test('a change that somebody makes while the file is written is not lost', async t => {
  const { home } = await line(t);
  const values = [5, 7, 7];
  await keepPushWait(home, async () => values.shift()!);
  t.equal(readFileSync(join(home, 'push.wait'), 'utf8'), '7\n');
  const gone = [0, 0];
  await keepPushWait(home, async () => gone.shift()!);
  t.notOk(existsSync(join(home, 'push.wait')));
});

t.test('killed between the setting and its file: the next worker writes it', async t => {
  const { home, store } = await line(t);
  const open = async () => {
    const opened = await openHome(home, () => {}, {
      once: true,
      stopping: () => false,
      waker: createWaker(),
    });
    if (typeof opened === 'number') throw new Error(`wanted an open home, got status ${opened}`);
    await opened.live.close();
    return opened;
  };
  await store.settings.set('push.wait', '3');
  (await open()).store.close();
  t.equal(readFileSync(join(home, 'push.wait'), 'utf8'), '3\n');

  const running = await open();
  t.teardown(() => running.store.close());
  await store.settings.unset('push.wait');
  await running.live.reload();
  t.notOk(existsSync(join(home, 'push.wait')), 'and one that runs already takes it away');
});

t.test('a generated secret is shown even when nothing works after it was stored', async t => {
  const { home, store } = await line(t);
  const broken = {
    ...store,
    webhooks: { ...store.webhooks, problem: () => Promise.reject(new Error('the disk is gone')) },
  };
  const shown: string[] = [];
  const context: CommandContext = {
    ...createContext(home, process),
    store: async () => broken,
    print: text => void shown.push(text),
    json(value, status = 0) {
      shown.push(JSON.stringify(value));
      return status;
    },
    wakeWorker: () => Promise.reject(new Error('there is no worker')),
  };
  const secretNow = async () => {
    const { id } = (await store.webhooks.list()).at(-1)!;
    return { id, secret: (await store.webhooks.target(id)).secret! };
  };
  const plain = { overlap: '1s', now: false, generateSecret: true };
  for (const [what, command] of Object.entries({ add, edit, rotate })) {
    for (const json of [false, true]) {
      const { id } = what === 'add' ? { id: 0 } : await secretNow();
      await store.webhooks.forgetOld(Date.now() + 2_000);
      await t.rejects(
        command.run({ ...plain, _: [], id, json, ...(what === 'add' && { url: URL, all: true }) }, context),
      );
      const { secret } = await secretNow();
      t.ok(shown.join('\n').includes(secret), `${what}${json ? ' --json' : ''}`);
    }
  }
});
