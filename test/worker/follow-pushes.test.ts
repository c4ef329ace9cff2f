/** What pushers who wait are told, when, and what following them costs. */
import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import t, { type Test } from 'tap';
import { prepareHome } from '../../src/host/home.ts';
import type { WaitShow } from '../../src/settings/settings.ts';
import { openSpool, type SpoolFile } from '../../src/spool/spool.ts';
import { followPushes } from '../../src/worker/follow-pushes.ts';
import {
  branches,
  claim,
  failure,
  NOW,
  outcome,
  recordPush,
  sampleWebhook,
  settle,
} from '../store/samples.ts';
import { openTestStore } from '../store/stage.ts';
import { until } from '../support/until.ts';

/** Whoever is not the owner of the home. */
const STRANGER = process.getuid!() + 1000;
const URL = 'https://ci.example.com/hook?token=***';

async function stage(t: Test) {
  const home = t.testdir({});
  await prepareHome(home);
  const { store } = openTestStore(t, home);
  /** Pushes that were read, and the looks at all of them. */
  const asked: string[] = [];
  let looks = 0;
  let at = Date.now();
  const settings: { 'wait.show': WaitShow } = { 'wait.show': 'all' };
  const pushers = followPushes({
    home,
    settings,
    spool: openSpool(join(home, 'spool')),
    store: {
      pushes: store.pushes,
      deliveries: {
        ...store.deliveries,
        ofPush(name) {
          asked.push(name);
          return store.deliveries.ofPush(name);
        },
        moment() {
          looks++;
          return store.deliveries.moment();
        },
      },
    },
    now: () => at,
  });
  t.teardown(() => pushers.stop());
  /** Gives a function that waits for all that is said of the push. */
  const wait = (
    name: string,
    seconds = 600,
    uid = STRANGER,
    token: string | null = randomUUID(),
    options: string[] = [],
  ) => {
    const push = { ...EMPTY, waitSeconds: seconds, waitToken: token, options };
    pushers.follow({ name, pushedAt: at, changedAt: at, uid, trusted: false, push });
    const file = join(home, 'outcome', String(token));
    const read = () => (existsSync(file) ? readFileSync(file, 'utf8') : '');
    return {
      file,
      read,
      said: async () => {
        const text = await until(`the end of ${name}`, () => /^(?:.*\n)?\.\n$/s.test(read()) && read());
        return text.slice(0, -2);
      },
    };
  };
  return {
    home,
    store,
    settings,
    wait,
    asked,
    looks: () => looks,
    pushers,
    later(ms: number) {
      at += ms;
    },
  };
}

const EMPTY: SpoolFile['push'] = {
  refCheck: false,
  directory: '/srv/git/acme/app.git',
  hookPid: 1,
  writer: null,
  environment: new Map(),
  options: [],
  waitSeconds: 0,
  waitToken: null,
  updates: [],
  unfinished: null,
  lost: null,
};

t.test('a line for each webhook, as soon as it has answered', async t => {
  const { store, wait } = await stage(t);
  const ids = [];
  for (let n = 0; n < 3; n++) ids.push((await store.webhooks.add(sampleWebhook(), URL, NOW)).id);
  const waiting = wait('mine');
  await recordPush(store, branches('main'), { spoolName: 'mine' });
  const [good, bad, silent] = (await Promise.all(ids.map(id => claim(store, id)))).flat();
  await settle(store, [outcome(good!)]);
  await until('the first line', () => waiting.read() === 'belfry: ci.example.com: HTTP 200 (84 ms)\n');
  await settle(store, [failure(bad!, NOW + 10_000)]);
  const record = { status: null, error: 'connection\u001b[31m refused', verdict: 'transient', hint: 'x' };
  await settle(store, [outcome(silent!, { state: 'pending', nextAttemptAt: NOW, health: null, record })]);
  t.same((await waiting.said()).split('\n').sort(), [
    '',
    'belfry: ci.example.com: HTTP 200 (84 ms)',
    'belfry: ci.example.com: HTTP 500 (84 ms)',
    'belfry: ci.example.com: no answer (84 ms): connection\\x1b[31m refused',
  ]);
});

t.test('of webhooks of the company and of the server a pusher is told only how many there are', async t => {
  const { store, settings, wait } = await stage(t);
  await recordPush(store, branches('main'), { spoolName: 'before' });
  const [repository] = await store.repositories.list();
  const scopes = [`repository:${repository!.id}`, 'company:acme', 'all'];
  const ids: number[] = [];
  for (const [index, scope] of scopes.entries()) {
    const url = `https://${['own', 'company', 'server'][index]}.example.com/hook`;
    ids.push((await store.webhooks.add(sampleWebhook({ scope, url }), url, NOW)).id);
  }
  const said = async (show: WaitShow, name: string) => {
    settings['wait.show'] = show;
    const waiting = wait(name);
    await recordPush(store, branches('main'), { spoolName: name });
    const [own, company, server] = (await Promise.all(ids.map(id => claim(store, id)))).flat();
    await settle(store, [outcome(company!)]);
    await settle(store, [failure(server!, NOW + 10_000)]);
    await settle(store, [outcome(own!)]);
    return (await waiting.said()).split('\n').sort().filter(Boolean);
  };
  t.strictSame(await said('repository', 'one'), [
    'belfry: 2 more webhooks: 1 delivered, 1 not delivered yet',
    'belfry: own.example.com: HTTP 200 (84 ms)',
  ]);
  t.strictSame(await said('company', 'two'), [
    'belfry: 1 more webhook: not delivered yet',
    'belfry: company.example.com: HTTP 200 (84 ms)',
    'belfry: own.example.com: HTTP 200 (84 ms)',
  ]);
  t.strictSame(await said('all', 'three'), [
    'belfry: company.example.com: HTTP 200 (84 ms)',
    'belfry: own.example.com: HTTP 200 (84 ms)',
    'belfry: server.example.com: HTTP 500 (84 ms)',
  ]);
});

t.test('where all webhooks are somebody else’s, no host and no error of theirs is told', async t => {
  const { store, settings, wait, later } = await stage(t);
  settings['wait.show'] = 'repository';
  const { id } = await store.webhooks.add(sampleWebhook(), URL, NOW);
  await store.webhooks.add(sampleWebhook(), URL, NOW);
  const waiting = wait('mine', 10);
  await recordPush(store, branches('main', 'dev'), { spoolName: 'mine' });
  const [job] = await claim(store, id);
  const record = {
    status: null,
    error: 'getaddrinfo ENOTFOUND ci.example.com',
    verdict: 'transient',
    hint: URL,
  };
  await settle(store, [outcome(job!, { state: 'pending', nextAttemptAt: NOW, health: null, record })]);
  later(10_000);
  t.equal(await waiting.said(), 'belfry: 2 webhooks: not delivered yet\n');
});

t.test('nobody to wait for: it says so at once', async t => {
  const { home, store, wait } = await stage(t);
  await recordPush(store, branches('main'), { spoolName: 'mine' });
  writeFileSync(join(home, 'spool', 'bad', 'other'), 'x');
  writeFileSync(join(home, 'spool', 'bad', 'other.reason'), 'it is rubbish\n');
  t.equal(await wait('mine').said(), 'belfry: no webhook matches this push\n');
});

t.test('a push that could not be announced says why, to members too', async t => {
  const { home, wait } = await stage(t);
  const waiting = wait('mine');
  writeFileSync(join(home, 'spool', 'bad', 'mine'), 'x');
  writeFileSync(join(home, 'spool', 'bad', 'mine.reason'), 'it is rubbish\n');
  t.equal(await waiting.said(), 'belfry: this push could not be announced: it is rubbish\n');
});

t.test('a webhook that is disabled will not answer: nobody waits for it', async t => {
  const { store, wait } = await stage(t);
  const { id } = await store.webhooks.add(sampleWebhook(), 'https://ci.example.com/hook', NOW);
  await recordPush(store, branches('a'), { spoolName: 'other' });
  const [job] = await claim(store, id);
  await settle(store, [outcome(job!, { state: 'failed', health: { kind: 'gone', hint: 'gone' } })]);
  await recordPush(store, branches('main', 'dev'), { spoolName: 'mine' });
  t.equal(
    await wait('mine').said(),
    'belfry: ci.example.com: held until the webhook is enabled (refs/heads/main)\n' +
      'belfry: ci.example.com: held until the webhook is enabled (refs/heads/dev)\n',
  );
});

t.test('when the time is over, or the worker leaves, it names who is missing', async t => {
  const { store, wait, later, pushers } = await stage(t);
  const unknown = wait('unknown', 10);
  await store.webhooks.add(sampleWebhook(), URL, NOW);
  await recordPush(store, branches('main'), { spoolName: 'mine' });
  const [short, long] = [wait('mine', 10), wait('other', 600)];
  await recordPush(store, branches('main'), { spoolName: 'other' });
  later(10_000);
  t.equal(await unknown.said(), 'belfry: not announced yet; it will be\n');
  t.equal(await short.said(), 'belfry: ci.example.com: no answer yet\n');
  t.equal(long.read(), '');
  await pushers.stop();
  t.equal(long.read(), 'belfry: ci.example.com: no answer yet\n.\n');
});

t.test('who waits no more by the time that his push is read, or whose hook is old: no file', async t => {
  const { home, wait, later, pushers } = await stage(t);
  wait('no-token', 600, STRANGER, null);
  wait('forged', 600, STRANGER, '../../forged');
  later(-1);
  await pushers.stop();
  t.notOk(existsSync(join(home, '..', 'forged')));
  t.notOk(existsSync(join(home, 'forged')));
});

t.test('300 pushers who wait for silent receivers: nothing is read unless something was written', async t => {
  const { store, wait, asked, looks } = await stage(t);
  const { id } = await store.webhooks.add(sampleWebhook(), URL, NOW);
  const waiting = [];
  for (let n = 0; n < 300; n++) {
    await recordPush(store, branches(`b${n}`), { spoolName: `push-${n}` });
    waiting.push(wait(`push-${n}`, 600, n));
  }
  await until('a look at each', () => new Set(asked).size === 300);
  // What was read during a look may have been written before it: the second look after that knows.
  const first = looks();
  await until('two looks', () => looks() > first + 2);
  const quiet = asked.length;
  await until('other looks', () => looks() > first + 12);
  t.equal(asked.length, quiet);
  await settle(
    store,
    (await claim(store, id)).map(job => outcome(job)),
  );
  t.match(
    await Promise.any(waiting.map(one => one.said())),
    /^belfry: ci\.example\.com: HTTP 200 \(84 ms\)\n$/,
  );
});

t.test('the one too many is told so at once, and takes nobody else’s place', async t => {
  const { wait, looks } = await stage(t);
  const greedy = Array.from({ length: 60 }, (_, n) => wait(`greedy-${n}`, 600, STRANGER));
  const said = 'belfry: not waiting: too many pushes wait already (this one is announced anyway)\n.\n';
  const refused = () => greedy.filter(one => one.read() === said).length;
  await until('ten to be told', () => refused() === 10);
  const other = wait('other', 600, STRANGER + 1);
  const owner = wait('owner', 600, process.getuid!());
  await until('their files', () => existsSync(other.file) && existsSync(owner.file));
  const before = looks();
  await until('two looks', () => looks() > before + 2);
  t.equal(other.read() + owner.read(), '');
  t.equal(refused(), 10);
});

t.test('a push of very many deliveries: nobody waits for all of them', async t => {
  const { store, wait } = await stage(t);
  await store.webhooks.add(sampleWebhook(), URL, NOW);
  const names = Array.from({ length: 101 }, (_, n) => `b${n}`);
  await recordPush(store, branches(...names), { spoolName: 'mine' });
  t.equal(await wait('mine').said(), 'belfry: more than 100 deliveries: too many to wait for\n');
});

t.test('a pusher is told that his time to wait is none', async t => {
  const { store, wait } = await stage(t);
  await recordPush(store, branches('main'), { spoolName: 'mine' });
  const said = (...options: string[]) => wait('mine', 600, STRANGER, randomUUID(), options).said();
  t.equal(
    await said('ci.skip', 'belfry.wait=abc'),
    'belfry: belfry.wait=abc: wanted a number of seconds, as in belfry.wait=30; waiting 10 s\nbelfry: no webhook matches this push\n',
  );
  t.match(await said('belfry.wait='), /^belfry: belfry\.wait=: wanted a number of seconds/);
  t.equal(await said('belfry.wait=007', 'belfry.wait'), 'belfry: no webhook matches this push\n');
});
