/** Real pushes to a Jenkins that answers as its plugins do: only who was triggered makes a delivery green. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { jenkins } from '../support/jenkins.ts';
import { headerOf } from '../support/receiver.ts';
import { tower } from '../support/tower.ts';

const TOKEN = '110f1a9a4b4c5d6e7f8091a2b3c4d5e6f7';
const CLONE = 'https://git.example.com/acme/app.git';
const SSH = 'git@git.example.com:acme/app.git';

async function stage(t: Test) {
  const tall = await tower(t);
  const repo = ['--repo', 'acme/app', '--secret-env', 'S'];
  return {
    ...tall,
    add: (path: string, more: string[] = [], scope = repo) =>
      tall.webhook(path, [...scope, ...more], { S: TOKEN }),
    form: () => Object.fromEntries(new URLSearchParams(tall.receiver.requests.at(-1)!.body.toString())),
    async push(count: number, ...refs: string[]) {
      await tall.repository.commit();
      await tall.repository.push(refs.length === 0 ? ['main'] : refs);
      return (await tall.settled(count))[0]!;
    },
    hint: async (id: string) => {
      const shown = await tall.belfry.json<{ attempts_made: { verdict: string; hint: string | null }[] }>([
        'delivery',
        'show',
        id,
      ]);
      return shown.attempts_made.at(-1)!;
    },
  };
}

t.test('notifyCommit: green when a job was triggered, red when none clones the repository', async t => {
  const { add, belfry, form, hint, push, receiver } = await stage(t);
  jenkins(receiver, {
    token: TOKEN,
    jobs: [
      { name: 'app', url: CLONE },
      { name: 'multi', url: SSH, multibranch: true },
    ],
  });
  await add('/git/notifyCommit');
  const green = await push(1);
  t.match(green, { state: 'delivered', kind: 'jenkins', last_status: 200 });
  t.equal((await hint(green.id)).hint, null);
  t.strictSame(form(), { url: CLONE, token: TOKEN });
  const [request] = receiver.requests;
  t.equal(request!.method, 'POST');
  t.equal(request!.url, '/git/notifyCommit', 'the token is not in the URL');

  jenkins(receiver, { token: TOKEN, jobs: [{ name: 'app', url: CLONE, deaf: true }] });
  const red = await push(2);
  t.match(red, { state: 'failed' });
  t.match(await hint(red.id), { verdict: 'config', hint: /Poll SCM is off/ });
  const test = await belfry.run(['webhook', 'test', '1']);
  t.equal(test.status, 1);

  jenkins(receiver, { token: 'another', jobs: [{ name: 'app', url: CLONE }] });
  t.match(await hint((await push(3)).id), { verdict: 'config', hint: /refuses the token \(403\)/ });
  const outputs = [
    await belfry.run(['delivery', 'show', red.id]),
    await belfry.run(['delivery', 'show', red.id, '--json']),
    await belfry.run(['webhook', 'show', '1', '--json']),
    test,
  ].flatMap(ran => [ran.stdout, ran.stderr]);
  t.ok(outputs.join('').includes('token=***'), 'the form is shown');
  const files = readdirSync(belfry.home, { recursive: true, withFileTypes: true })
    .filter(file => file.isFile() && file.name !== 'key')
    .map(file => readFileSync(join(file.parentPath, file.name), 'latin1'));
  for (const text of [...outputs, ...files]) t.notOk(text.includes(TOKEN));
});

t.test('branches and build: what is named, and what only polls', async t => {
  const { add, form, hint, push, receiver, repository } = await stage(t);
  jenkins(receiver, { token: TOKEN, jobs: [{ name: 'app', url: SSH, branch: 'main' }] });
  await add('/git/notifyCommit', ['--notify', 'build', '--clone', 'ssh', '--events', 'push,tag_push']);
  const built = await push(1);
  t.equal(built.state, 'delivered');
  const tip = (await repository.git('rev-parse', 'HEAD')).trim();
  t.strictSame(form(), { url: SSH, branches: 'main', sha1: tip, token: TOKEN });
  const other = await push(2, 'main:dev');
  t.equal(other.state, 'delivered');
  t.match(await hint(other.id), { verdict: 'ok', hint: /Multibranch jobs are not named/ });
  await push(3, 'main:refs/tags/v1');
  t.strictSame(form(), { url: SSH, token: TOKEN }, 'a tag polls');
  await push(4, ':dev');
  t.strictSame(form(), { url: SSH, token: TOKEN }, 'a deleted branch too');
});

t.test('for many repositories a Jenkins without a job for this one is no failure', async t => {
  const { add, belfry, hint, push, receiver } = await stage(t);
  jenkins(receiver, { token: TOKEN });
  await add('/git/notifyCommit', [], ['--all', '--secret-env', 'S']);
  const line = await push(1);
  t.equal(line.state, 'delivered');
  t.match(await hint(line.id), { verdict: 'ok', hint: /not every repository need have a job/ });
  const test = await belfry.run(['webhook', 'test', '1']);
  t.equal(test.status, 1, 'who tries it should look');
  t.match(test.stdout, /Test taken, with a note\n$/);
});

t.test('the generic and the multibranch trigger get Gitee’s body and the token as a header', async t => {
  const { add, hint, push, receiver, belfry } = await stage(t);
  const trigger = (changes = {}) =>
    jenkins(receiver, { token: 'x', triggers: [{ name: 'app', token: TOKEN, ...changes }] });
  trigger();
  await add('/generic-webhook-trigger/invoke');
  const fine = await push(1);
  t.equal(fine.state, 'delivered');
  const [request] = receiver.requests;
  t.equal(headerOf(request!, 'token'), TOKEN);
  t.equal(headerOf(request!, 'webhook-signature'), undefined, 'the token signs nothing');
  t.match(JSON.parse(request!.body.toString()), {
    ref: 'refs/heads/main',
    hook_name: 'push_hooks',
    sign: '',
  });
  const shown = (await belfry.run(['delivery', 'show', fine.id])).stdout;
  t.notOk(shown.includes(TOKEN));
  t.match(shown, /^POST http:\/\/127\.0\.0\.1:\d+\/generic-webhook-trigger\/invoke$/m, 'the path is no key');
  trigger({ passes: false });
  t.match(await hint((await push(2)).id), { verdict: 'ok', hint: /filters of all of them said no/ });
  trigger({ silent: true });
  t.match(await hint((await push(3)).id), { verdict: 'ok', hint: /set to be silent/ });
  trigger({ token: 'another' });
  const lost = await push(4);
  t.match(await hint(lost.id), { verdict: 'config', hint: /no job with this token/ });
  await belfry.json(['webhook', 'disable', '1']);
  trigger();
  await add('/multibranch-webhook-trigger/invoke');
  t.equal((await push(5)).state, 'delivered');
});

t.test('what cannot be a webhook of Jenkins', async t => {
  const { belfry, receiver } = await stage(t);
  const add = (...args: string[]) =>
    belfry.run(['webhook', 'add', ...args, '--repo', 'acme/app'], { env: { S: TOKEN } });
  const url = `${receiver.url}/git/notifyCommit`;
  t.match((await add(url)).stderr, /secret: wanted the token that Jenkins knows/);
  t.match(
    (await add(url, '--generate-secret')).stderr,
    /wanted the one that jenkins made, not a generated one/,
  );
  t.match(
    (await add(`${receiver.url}/hook`, '--kind', 'jenkins', '--secret-env', 'S')).stderr,
    /url: wanted one of Jenkins, which ends in/,
  );
  t.match(
    (await add(url, '--secret-env', 'S', '--method', 'PUT')).stderr,
    /--method goes with --kind custom only, got jenkins/,
  );
  t.match(
    (await add(url, '--secret-env', 'S', '--header', 'token: x')).stderr,
    /--header token: wanted another name/,
  );
  t.equal((await add(`${url}?token=${TOKEN}`)).status, 0);
  t.match(
    (await add(`${receiver.url}/hook`, '--notify', 'poll')).stderr,
    /--notify goes with --kind jenkins only, got gitee/,
  );
});
