import t from 'tap';
import type { Json } from '../support/gitee-literals.ts';
import { tower } from '../support/tower.ts';
import { until } from '../support/until.ts';

interface Told {
  webhook_id: number;
  told: boolean;
  why: string;
  deliveries: { id: string; state: string }[];
}
interface Explained {
  push: string | null;
  events: { repository: string; event: string; ref: string | null; webhooks: Told[] }[];
}

t.test('a push: who was told, and why the others were not', async t => {
  const stage = await tower(t);
  const { belfry, repository, webhook } = stage;
  const explain = (...args: string[]) => belfry.json<Explained>(['explain', ...args]);
  await webhook('/1', ['--all']);
  await webhook('/2', ['--all', '--branch', 'release/*']);
  await webhook('/3', ['--company', 'acme', '--path', 'docs/**', '--name', 'Docs']);
  await webhook('/4', ['--all', '--events', 'issue']);
  await webhook('/5', ['--all', '--pusher', '!alice']);
  await webhook('/6', ['--all']);
  await webhook('/7', ['--all', '--kind', 'slack', '--branch', '!x']);
  await belfry.json(['webhook', 'disable', '6']);
  await repository.commit({ files: { 'src/a': '1', 'src/b': '1' } });
  await repository.push(['main', 'main:refs/heads/x'], { env: { BELFRY_USER: 'alice' } });
  await stage.settled(3);
  await webhook('/8', ['--all']);
  const [push] = await belfry.json<{ id: string }[]>(['push', 'list']);
  const { push: id, events } = await explain(push!.id);
  t.equal(id, push!.id);
  const said = (at: number) =>
    events[at]!.webhooks.map(({ webhook_id, told, why }) => `${webhook_id} ${told ? 'yes' : 'no'}: ${why}`);
  t.same(said(0), [
    '1 yes: delivered',
    '2 no: branch filter release/* does not match main',
    '3 no: path filter docs/** wants none of src/a, src/b',
    '4 no: its events are issue; this is push',
    '5 no: pusher filter !alice excludes alice',
    '6 no: it is switched off',
    '7 yes: delivered',
    '8 no: it would be told today: it was added, switched on or changed after the push',
  ]);
  t.equal(said(1)[6], '7 no: branch filter !x excludes x', 'a robot was told of the other ref');

  const delivery = events[1]!.webhooks[0]!.deliveries[0]!.id;
  const alone = await explain(delivery);
  t.same(alone, { ...alone, push: id, events: [events[1]] }, 'of a delivery its ref alone');
  await belfry.json(['webhook', 'remove', '1', '--yes']);
  const later = (await explain(push!.id)).events[0]!.webhooks;
  t.match(later.at(-1), {
    webhook_id: 1,
    told: true,
    why: 'delivered; it was removed, or its scope changed',
  });

  const { stdout } = await belfry.run(['explain', push!.id]);
  t.match(stdout, /^acme\/app: push refs\/heads\/main\nHOOK +TOLD +FOR\n/);
  t.match(stdout, /3 Docs +no +acme\/\*\n {4}path filter docs\/\*\* wants none of src\/a, src\/b\n/);
  t.match(stdout, /Reasons for no are those of the webhooks as configured now\.\n$/);
});

t.test('a question about a push to come, by the same rules', async t => {
  const { belfry, webhook } = await tower(t);
  const ask = async (...args: string[]) => {
    const { events } = await belfry.json<Explained>(['explain', '--repo', 'acme/app', ...args]);
    return events[0]!.webhooks.map(({ webhook_id: id, told, why }) => (told ? `${id}` : `${id} ${why}`));
  };
  await webhook('/1', ['--all', '--events', 'push,tag_push', '--tag', 'v*', '--skip-ci']);
  await webhook('/2', ['--repo', 'acme/app', '--path', 'docs/**', '--events', 'push,merge_request']);
  const tagOnly = '2 its events are push, merge_request; this is tag_push';
  t.same(await ask('--ref', 'main'), ['1', '2']);
  t.same(await ask('--ref', 'refs/heads/main', '--path', 'src/a'), [
    '1',
    '2 path filter docs/** wants none of src/a',
  ]);
  t.same(await ask('--ref', 'refs/tags/v1'), ['1', tagOnly]);
  t.same(await ask('--ref', 'refs/tags/x'), ['1 tag filter v* does not match x', tagOnly]);
  t.same(await ask('--ref', 'main', '--message', 'x [skip ci]'), [
    '1 --skip-ci: its newest commit, or -o ci.skip, asks for no CI',
    '2',
  ]);
  t.same(await ask('--ref', 'main', '--push-option', 'belfry.skip'), ['1', '2']);
  await belfry.json(['config', 'set', 'push.skip', 'repository']);
  t.match((await ask('--ref', 'main', '--push-option', 'belfry.skip'))[1], /^2 the pusher asked for it/);

  const wrong = async (...args: string[]) => {
    const { status, stderr } = await belfry.run(['explain', ...args]);
    t.ok(status === 2 || status === 1);
    return stderr;
  };
  t.match(await wrong(), /^belfry: Missing push, delivery or --repo/);
  t.match(await wrong('1', '--repo', 'acme/app'), /^belfry: Give either a push or --repo, not both/);
  t.match(await wrong('--repo', 'acme/app'), /^belfry: Missing --ref/);
  t.match(await wrong('--repo', 'acme/ap', '--ref', 'x'), /Did you mean acme\/app\?/);
  t.match(await wrong('--repo', 'acme/app', '--ref', 'v1', '--event', 'tag_push'), /contradict each other/);
  t.match(await wrong('nothing'), /nothing/);
});

t.test('what is of no push says so', async t => {
  const stage = await tower(t);
  const { belfry, webhook } = stage;
  await webhook('/1', ['--all', '--events', 'issue']);
  const issue = {
    id: 1,
    title: 'Bell',
    state: 'open',
    author: 'li-si',
    created_at: '2026-11-24T00:00:00Z',
  };
  await belfry.json(['emit', 'issue', '--repo', 'acme/app'], {
    stdin: JSON.stringify({ action: 'open', actor: 'li-si', issue }),
  });
  await until('it', async () => (await belfry.json<Json[]>(['deliveries'])).length > 0);
  const [one] = await belfry.json<{ id: string }[]>(['deliveries']);
  const { status, stderr } = await belfry.run(['explain', one!.id]);
  t.equal(status, 2);
  t.match(stderr, /is of no push, but of `belfry emit` or `belfry mr`/);
});
